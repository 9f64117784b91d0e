using Pipe.Protocol;

namespace Pipe.Engine;

/// <summary>The name and version of this program, and the check of a peer's version.</summary>
internal static class Version
{
    public static string Number { get; } = typeof(Version).Assembly.GetName().Version?.ToString(3) ?? "";

    public static string Program { get; } = $"pipe {Number}";

    /// <exception cref="Failure">The peer and this program have no protocol version in common.</exception>
    public static void Check(Hello hello, string host)
    {
        if (!hello.Speaks(Limits.ProtocolVersion))
        {
            throw new Failure(
                ExitCode.Protocol,
                $"{host} runs {RawText.Printable(hello.Program)}, protocol {hello.Lowest} to {hello.Highest}; this is {Program}, protocol {Limits.ProtocolVersion}",
                "install the same version on both hosts, quickinstall.sh user@host does");
        }
    }
}
