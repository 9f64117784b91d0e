namespace EndToEnd.Tests.Repository;

/// <summary>Inside a project the folders refer to each other in one direction, as projects do.</summary>
public sealed class FolderTests
{
    [Fact]
    public void Folders_of_a_project_form_no_cycle()
    {
        var files = Checkout.Files();
        var uses = SourceGraph.Product.Uses();
        var projects = files.Where(file => file.EndsWith(".csproj", StringComparison.Ordinal) && SourceGraph.IsProduct(file)).Select(file => Path.GetDirectoryName(file)!).ToList();
        Assert.All(projects, project => Assert.Contains(uses, use => use.File.StartsWith($"{project}/", StringComparison.Ordinal)));
        var cycles = projects.SelectMany(project => FolderCycles.In(project, uses)).ToList();
        Assert.True(cycles.Count == 0, string.Join('\n', cycles));
    }

    [Fact]
    public void A_cycle_is_reported_with_the_files_that_make_it() => Assert.Equal(
        ["P: A -> B: One.cs uses Two", "P: B -> C: Two.cs uses Three", "P: C -> A: Three.cs uses One"],
        CyclesIn(
            ("P/A/One.cs", "class One { Two two; }"),
            ("P/B/Two.cs", "class Two { int three = Three.Length; }"),
            ("P/C/Three.cs", "class Three { public const int Length = 3; One[] ones; }")));

    /// <summary>A member is enough: its type need not be named.</summary>
    [Fact]
    public void A_use_through_a_member_counts() => Assert.Equal(
        ["P: B -> A: Two.cs uses One", "P: A -> B: One.cs uses Three, One.cs uses Two"],
        CyclesIn(
            ("P/A/One.cs", "class One { void Run(Three three) { var two = three.Second; two.Go(); } }"),
            ("P/B/Two.cs", "class Two { public One Go() => new One(); }"),
            ("P/B/Three.cs", "class Three { public Two Second; }")));

    [Fact]
    public void A_file_beside_the_folder_is_part_of_a_cycle() => Assert.Equal(
        ["P: All.cs -> Kinds: All.cs uses One", "P: Kinds -> All.cs: One.cs uses All"],
        CyclesIn(("P/All.cs", "class All { One one; }"), ("P/Kinds/One.cs", "class One { All all; }")));

    [Fact]
    public void A_cycle_below_a_folder_is_one() => Assert.Equal(
        ["P/A: B -> C: One.cs uses Two", "P/A: C -> B: Two.cs uses One"],
        CyclesIn(("P/A/B/One.cs", "class One { Two two; }"), ("P/A/C/Two.cs", "class Two { One one; }")));

    [Fact]
    public void Comments_equal_names_and_files_of_one_folder_make_no_cycle() => Assert.Empty(CyclesIn(
        ("P/A/One.cs", "class One { Two two; int Four; void Run() { Four = 4; } }"),
        ("P/B/Two.cs", "/// <summary>For <see cref=\"One\"/>.</summary>\nclass Two { Three three; int One; string Text() => \"One\"; }"),
        ("P/B/Three.cs", "class Three { Two two; int Count() => new Two().GetHashCode(); }"),
        ("P/Four.cs", "class Four { One one; Five five; }"),
        ("P/Five.cs", "class Five { Four four; }")));

    private static IEnumerable<string> CyclesIn(params (string Path, string Text)[] sources) =>
        FolderCycles.In("P", new SourceGraph(sources.Select(source => new SourceFile(source.Path, source.Text))).Uses());
}
