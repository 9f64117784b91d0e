using System.Globalization;
using System.Net.Sockets;

namespace Pipe.Lazyclone;

/// <summary>Listening sockets passed to the program at start, by systemd.socket(5) or libnbd.</summary>
internal static class ActivatedSockets
{
    private const int First = 3;

    /// <summary>Whether sockets were passed to this process.</summary>
    public static bool Are => Number("LISTEN_PID") == Environment.ProcessId && Number("LISTEN_FDS") > 0;

    public static IEnumerable<Socket> Take()
    {
        for (var fd = First; Are && fd < First + Number("LISTEN_FDS"); fd++)
        {
            yield return new Socket(new SafeSocketHandle(fd, ownsHandle: true));
        }
    }

    private static int Number(string variable) =>
        int.TryParse(Environment.GetEnvironmentVariable(variable), NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : 0;
}
