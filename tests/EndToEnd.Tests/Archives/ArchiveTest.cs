using EndToEnd.Tests.Repository;

namespace EndToEnd.Tests.Archives;

/// <summary>A test of archives; what the soak runs too stands in scripts of tests/lab.</summary>
public abstract class ArchiveTest : CopyTest
{
    /// <summary>A stream of that many bytes in the file of that name.</summary>
    private protected async Task MakeStream(int bytes, string name = "stream") => (await Run($"head -c {bytes} /dev/urandom > {name}")).Is(0);

    /// <summary>Runs a script of tests/lab to its end.</summary>
    private protected Task<Result> RunLab(string script, string arguments, Far far = Far.Local, string inFrontOf = "") =>
        Run($"mkdir lab && cd lab && {inFrontOf} bash '{Checkout.PathOf("tests/lab/" + script)}' {arguments}", far, 115);

    /// <summary>A script with mounts of its own, which end with it.</summary>
    private protected Task<Result> RunMounted(string script)
    {
        File.WriteAllText(PathOf("script"), script);
        return Run("unshare -m bash script");
    }

    /// <summary>A number from the environment, for longer runs.</summary>
    private protected static int Number(string variable, int otherwise) =>
        int.TryParse(Environment.GetEnvironmentVariable(variable), out var number) ? number : otherwise;
}
