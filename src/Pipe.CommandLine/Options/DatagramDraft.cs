using Pipe.Engine;
using Pipe.Protocol;

namespace Pipe.CommandLine;

/// <summary>The data channel and its datagram settings. The command line overrides the user's configuration; null means not given.</summary>
internal sealed class DatagramDraft
{
    public DataChannel? Channel { get; set; }

    /// <summary>Only pace and rate count.</summary>
    public DatagramPolicy? Pacing { get; set; }

    public int? Mtu { get; set; }

    public int? Buffer { get; set; }

    /// <exception cref="Failure">The configuration has a value that is invalid for its option.</exception>
    public (DataChannel Channel, DatagramPolicy Policy) With(Preferences preferences)
    {
        var channel = Channel ?? Preferred(preferences, "channel", OptionValue.Channel);
        var pacing = Pacing ?? Preferred(preferences, "udp", OptionValue.Pacing) ?? DatagramPolicy.Usual;
        var mtu = Mtu ?? Preferred(preferences, "mtu", OptionValue.Mtu);
        var buffer = Buffer ?? Preferred(preferences, "udp-buffer", OptionValue.DatagramBuffer);
        return (channel ?? DataChannel.Tcp, pacing with { Mtu = mtu ?? 0, Buffer = buffer ?? 0 });
    }

    private static T? Preferred<T>(Preferences preferences, string name, Func<string, string, T> read)
        where T : struct
    {
        if (!preferences.Options.TryGetValue(name, out var said))
        {
            return null;
        }

        try
        {
            return read(name, said.Value);
        }
        catch (Failure e)
        {
            throw new Failure(ExitCode.Usage, $"{said.Place}: {e.Message}", e.Hint);
        }
    }
}
