using Pipe.CommandLine;

namespace Pipe.Lazyclone;

/// <summary>The output of lazyclone -h: the option table, group by group.</summary>
internal static class Usage
{
    private const string Synopsis = """
        usage: lazyclone [OPTION ...] SOURCE DESTINATION [FEATURE ...]
               lazyclone [OPTION ...] --table '0 N clone META DEST SOURCE REGION ...'
               lazyclone status|finish|warm|wait [OPTION ...] SOCKET
               lazyclone message SOCKET WORD ...
               lazyclone repair METADATA

        Serves a writable clone of SOURCE over NBD at once, and makes DESTINATION a
        plain copy in the background. SOURCE is a file, a device, HOST:PATH, nbd:// or
        nbd+unix://. FEATURE is no_hydration, no_discard_passdown, hydration_threshold N
        or hydration_batch_size N.

        """;

    private const string Status = """

        The exit status is 0 if all flushed data are durable. lazyclone(1) lists the
        others.

        """;

    public static string Text() => UsageText.Of(
        Synopsis, Options.Groups, Options.All.Select(option => (option.Group, option.Left, option.Help)), Status);
}
