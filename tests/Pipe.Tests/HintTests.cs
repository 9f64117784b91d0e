using System.Text.RegularExpressions;

namespace Pipe.Tests;

/// <summary>Whatever the engine says, a program names only options that it has: all texts of the engine with options in them are tried.</summary>
public sealed class HintTests
{
    private static readonly string[] Archives = ["Archives/", "Migration/", "Objects/Filters.cs"];
    private static readonly string[] Lone = ["Objects/"];
    private static readonly string[] Logins = ["Remotes/Bootstrap.cs", "Remotes/OwnProgram.cs", "Remotes/SocketPlace.cs"];

    // A note, not a hint.
    private static readonly string[] Notes = ["Sessions/Initiator.cs"];

    private static HashSet<string> Dmscp { get; } = [.. Options.All.Select(option => option.Name)];

    [Fact]
    public void Yscp_names_only_options_that_it_has() =>
        AssertOwn(Yscp.Hints.Dialect, Yscp.Options.All.SelectMany(option => (string[])[option.Name, option.Word]), [.. Archives, .. Lone, .. Notes, "Plans/TransferDraft.cs"], least: 8);

    [Fact]
    public void Ytar_names_only_options_that_it_has() =>
        AssertOwn(Ytar.Hints.Dialect, Ytar.Options.All.Select(option => option.Name), [.. Archives, .. Logins, .. Notes], least: 8);

    [Fact]
    public void Yarchive_names_only_options_that_it_has() =>
        AssertOwn(Yarchive.Hints.Dialect, Yarchive.Options.All.Select(option => option.Name), [.. Logins, .. Notes], least: 24);

    [Fact]
    public void Dmscp_names_only_options_that_it_has() => AssertOwn(Engine.Dialect.None, Dmscp, [], least: 30);

    [Fact]
    public void A_program_speaks_its_own_words_from_the_start() =>
        Assert.All(["yscp", "ytar", "yarchive"], name => Assert.NotSame(Engine.Dialect.None, Applet.Find(name)!.Dialect()));

    private static void AssertOwn(Engine.Dialect dialect, IEnumerable<string> names, string[] elsewhere, int least)
    {
        var own = names.ToHashSet();
        var texts = Texts(elsewhere).ToList();
        Assert.InRange(texts.Count, least, int.MaxValue);
        Assert.All(texts, text => Assert.Empty(OptionsIn(dialect.Of(text)).Except(own)));
    }

    /// <summary>Texts in quotes that name an option and are about neither the program dmscp itself nor the installer, nor what an option is at fault with.</summary>
    private static IEnumerable<string> Texts(string[] elsewhere)
    {
        var engine = Path.Combine(Repository.Root, "src/Pipe.Engine");
        var files = Directory.EnumerateFiles(engine, "*.cs", SearchOption.AllDirectories).Where(file => !elsewhere.Any(Path.GetRelativePath(engine, file).StartsWith));
        return files.Append(Path.Combine(Repository.Root, "src/Pipe/Watching/EventTarget.cs"))
            .SelectMany(file => Regex.Matches(File.ReadAllText(file), """(?<![\\"])"((?:[^"\\\n]|\\.)*)"(?!")""").Select(match => match.Groups[1].Value))
            .Where(text => text.Contains(' ', StringComparison.Ordinal) && !Regex.IsMatch(text, "dmscp -|/bin/|^--ssh ") && OptionsIn(text).Any());
    }

    /// <summary>Those of dmscp with a name, those of one letter with their argument, and whatever begins with two dashes.</summary>
    private static IEnumerable<string> OptionsIn(string text) => Regex.Matches(text, @"(?<![\w-])(--?[a-zA-Z][\w-]*)( SECONDS| LOW| ')?")
        .Where(match => match.Groups[1].Length > 2 || match.Groups[2].Length > 0)
        .Select(match => match.Groups[1].Value)
        .Where(name => name.StartsWith("--", StringComparison.Ordinal) || Dmscp.Contains(name));
}
