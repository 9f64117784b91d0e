using System.Text.RegularExpressions;

namespace EndToEnd.Tests.Repository;

/// <summary>The native program and what <c>install/oldglibc/cc</c> links run with glibc of long ago.</summary>
public sealed partial class OldGlibcTests : IDisposable
{
    private const string CHeader = "/usr/include/dlfcn.h";

    /// <summary>What README and the file NEEDS promise.</summary>
    private static readonly System.Version Promised = new(2, 28);

    private static readonly System.Version Linked = new(2, 17);

    private readonly string _directory = Directory.CreateTempSubdirectory("pipe-glibc-").FullName;

    public void Dispose() => Directory.Delete(_directory, recursive: true);

    [FactNeeding(CHeader)]
    public void The_program_is_linked_with_no_symbol_newer_than_2_17()
    {
        var versions = VersionsIn(Path.Combine(Checkout.ProgramDirectory, "pipe"));
        Assert.NotEmpty(versions);
        Assert.True(versions.Max() <= Linked, $"newest: {versions.Max()}");
    }

    /// <summary>Functions that are looked up by name when they are called are in no symbol table.</summary>
    [FactNeeding(CHeader)]
    public void The_program_calls_no_function_newer_than_it_promises()
    {
        var since = Checkout.Run("sh", "-c", "objdump -T \"$(gcc -print-file-name=libc.so.6)\"").Lines
            .Select(line => Exported().Match(line))
            .Where(match => match.Success)
            .ToLookup(match => match.Groups[2].Value, match => System.Version.Parse(match.Groups[1].Value));
        var called = Checkout.Files()
            .Where(file => file.StartsWith("src/", StringComparison.Ordinal) && file.EndsWith(".cs", StringComparison.Ordinal))
            .SelectMany(file => EntryPoint().Matches(Checkout.Text(file)).Select(match => match.Groups[1].Value))
            .Distinct()
            .ToDictionary(name => name, name => since[name].DefaultIfEmpty(new System.Version(0, 0)).Min()!);
        Assert.Contains("statx", called.Keys);
        Assert.All(called, one => Assert.True(one.Value <= Promised, $"{one.Key} came with glibc {one.Value}"));
        Assert.Contains($"glibc {Promised} or later", File.ReadAllText(Path.Combine(Checkout.ProgramDirectory, "..", "NEEDS")), StringComparison.Ordinal);
        Assert.Contains($"glibc {Promised}", Checkout.Text("README.md"), StringComparison.Ordinal);
    }

    [FactNeeding(CHeader)]
    public void A_program_that_it_links_has_its_constructors_threads_and_exit_handlers()
    {
        var program = Link("""
            #include <math.h>
            #include <pthread.h>
            #include <stdio.h>
            #include <stdlib.h>
            static int arguments;
            static __thread long own = 5;
            __attribute__((constructor)) static void make(int count, char **words) { arguments = count; }
            __attribute__((destructor)) static void destroy(void) { puts("destructor"); }
            static void *run(void *given) { own += (long)given; return (void *)own; }
            static void leave(void) { puts("exit handler"); }
            int main(int count, char **words, char **environment)
            {
                pthread_t thread;
                void *result;
                atexit(leave);
                pthread_create(&thread, 0, run, (void *)2L);
                pthread_join(thread, &result);
                printf("%d %d %ld %ld %.1f %s\n", arguments, count, (long)result, own, pow(count, 2), getenv("WORD"));
                fprintf(stderr, "to %s\n", words[1]);
                return 7;
            }
            """);
        Assert.True(program.Status == 0, program.All);
        var ran = Checkout.Run(new Dictionary<string, string?> { ["WORD"] = "word" }, PathOf("program"), "a", "b");
        Assert.Equal((7, "3 3 7 5 9.0 word\nexit handler\ndestructor\n", "to a\n"), (ran.Status, ran.Output, ran.Error));
        Assert.True(VersionsIn(PathOf("program")).Max() <= Linked);
    }

    [FactNeeding(CHeader)]
    public void A_program_that_needs_a_younger_function_is_not_linked()
    {
        var linked = Link("#include <sys/random.h>\nint main(void) { char one; return getrandom(&one, 1, 0) != 1; }\n");
        Assert.NotEqual(0, linked.Status);
        Assert.Contains("getrandom came with glibc 2.25", linked.Error, StringComparison.Ordinal);
        Assert.False(File.Exists(PathOf("program")));
    }

    private string PathOf(string name) => Path.Combine(_directory, name);

    private Ran Link(string source)
    {
        File.WriteAllText(PathOf("program.c"), source);
        return Checkout.Run("bash", Checkout.PathOf("install/oldglibc/cc"), PathOf("program.c"), "-o", PathOf("program"), "-lm", "-lpthread");
    }

    private static List<System.Version> VersionsIn(string program) =>
        [.. Checkout.Run("objdump", "-T", program).Lines.Select(line => Exported().Match(line)).Where(match => match.Success).Select(match => System.Version.Parse(match.Groups[1].Value))];

    [GeneratedRegex(@"GLIBC_([0-9.]+)\)?\s+(\w+)")]
    private static partial Regex Exported();

    [GeneratedRegex("EntryPoint = \"(\\w+)\"")]
    private static partial Regex EntryPoint();
}
