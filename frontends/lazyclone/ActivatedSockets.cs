using System.Globalization;
using System.Net.Sockets;
using Pipe.Linux;

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
            // The duplicate is close-on-exec: ssh must not keep the socket.
            using var inherited = new Fd(fd, "socket of the service manager");
            var own = inherited.Duplicate();
            var socket = new Socket(new SafeSocketHandle(own.Number, ownsHandle: true));
            own.Release();
            yield return socket;
        }
    }

    private static int Number(string variable) =>
        int.TryParse(Environment.GetEnvironmentVariable(variable), NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : 0;
}
