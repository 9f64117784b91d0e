using System.Globalization;
using System.Net.Sockets;

namespace Pipe.Lazyclone;

/// <summary>Sockets that listen already when the program starts, as systemd.socket(5) and libnbd hand them over.</summary>
internal static class ActivatedSockets
{
    private const int First = 3;

    /// <summary>There are some, and they are for this process.</summary>
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
