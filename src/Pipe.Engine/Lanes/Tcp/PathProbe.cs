using System.Net;
using Pipe.Linux;

namespace Pipe.Engine;

/// <summary>
/// Measures the round trip to a peer by opening TCP connections to all of its addresses at once. The kernels at both ends answer by themselves, so the
/// result does not depend on the load of the hosts. The connections are closed without sending anything.
/// </summary>
internal static class PathProbe
{
    /// <summary>A path without an answer within this many milliseconds is long, or blocks TCP; neither is worth a longer wait.</summary>
    private const int Patience = 20;

    /// <summary>Calls back once with the shortest round trip in microseconds; <see cref="long.MaxValue"/> if no address has answered.</summary>
    public static void Start(Func<IEnumerable<IPAddress>> addresses, int port, Action<long> done) => DataThread.Start("probe", () =>
    {
        var least = long.MaxValue;
        var probes = addresses().Select(address => Task.Factory.StartNew(() => RoundTrip(address, port), TaskCreationOptions.LongRunning)).ToList();
        probes.ForEach(probe => least = Math.Min(least, probe.GetAwaiter().GetResult()));
        done(least);
    });

    private static long RoundTrip(IPAddress address, int port)
    {
        try
        {
            using var socket = TcpSocket.Connect(address, port, Patience, 0);
            return socket.Measure() is { RoundTrip: > 0 } measure ? measure.RoundTrip : long.MaxValue;
        }
        catch (IOException)
        {
            return long.MaxValue;
        }
    }
}
