using System.Diagnostics;
using System.Globalization;
using System.Net;
using Pipe.Linux;

namespace Pipe.Datagrams;

/// <summary>
/// What the sockets of the datagram channel carry, without its protocol: <c>send ADDRESS PORT SECONDS LENGTH OFFLOAD</c> on one host,
/// <c>receive ADDRESS PORT SECONDS LENGTH OFFLOAD</c> on the other. OFFLOAD is on or off. Prints one line of figures.
/// </summary>
internal static class Program
{
    private const int HeaderSize = 24;
    private const int Buffer = 4 << 20;

    private static int Main(string[] args)
    {
        if (args is not [var role, var address, var port, var seconds, var length, var offload] || !IPAddress.TryParse(address, out var there))
        {
            Console.Error.WriteLine("usage: pipe-datagrams send|receive ADDRESS PORT SECONDS LENGTH on|off");
            return 2;
        }

        var run = new Run(there, Number(port), Number(seconds), Number(length), offload == "on");
        Console.WriteLine(role == "send" ? Send(run) : Receive(run));
        return 0;
    }

    private static int Number(string text) => int.Parse(text, CultureInfo.InvariantCulture);

    private static string Send(Run run)
    {
        using var socket = UdpSocket.Bind(run.Address.AddressFamily == System.Net.Sockets.AddressFamily.InterNetworkV6 ? IPAddress.IPv6Any : IPAddress.Any, 0, 0, Buffer);
        using var batch = new DatagramBatch(64, 64 * HeaderSize);
        using var slab = new Slab(1 << 20);
        using var wake = new EventCounter();
        var to = new SocketName(run.Address, run.Port);
        socket.IsSegmenting = run.IsOffloaded;
        var perBatch = Segmentation.DatagramsPerCall(run.Length, to.Is6);
        var clock = Stopwatch.StartNew();
        long sent = 0;
        for (long waits = 0; clock.Elapsed.TotalSeconds < run.Seconds;)
        {
            for (var i = 0; i < perBatch; i++)
            {
                batch.Begin(HeaderSize).Fill((byte)i);
                batch.Append(slab, 0, i * (run.Length - HeaderSize) % (1 << 19), run.Length - HeaderSize);
            }

            while (batch.Count > 0)
            {
                var result = socket.Send(batch, to, default);
                sent += result.Sent;
                if (result.Failure == SendFailure.Full)
                {
                    waits++;
                    socket.Wait(wake, 1_000_000, isForRoom: true);
                }
                else if (result.Failure != SendFailure.None)
                {
                    throw new LinuxException("sendmmsg", run.Address.ToString(), result.Errno);
                }
            }
        }

        return Figures(sent, run.Length, clock.Elapsed.TotalSeconds, 0);
    }

    /// <summary>Counts from the first datagram on.</summary>
    private static string Receive(Run run)
    {
        using var socket = UdpSocket.Bind(run.Address, run.Port, run.Port, Buffer);
        using var ring = new DatagramRing(32);
        using var slab = new Slab(1 << 20);
        using var wake = new EventCounter();
        socket.Coalesce(run.IsOffloaded);
        Console.WriteLine("ready");
        socket.Wait(wake, -1);
        var clock = Stopwatch.StartNew();
        long received = 0;
        while (clock.Elapsed.TotalSeconds < run.Seconds)
        {
            if (!socket.Receive(ring))
            {
                socket.Wait(wake, 100_000_000);
                continue;
            }

            while (ring.MoveNext())
            {
                ring.Current[HeaderSize..].CopyTo(slab.Payload[((int)(received % 64) * 9000)..]);
                received++;
            }
        }

        return Figures(received, run.Length, clock.Elapsed.TotalSeconds, ring.Overflowed);
    }

    private static string Figures(long count, int length, double seconds, uint overflowed)
    {
        var cpu = Process.GetCurrentProcess().TotalProcessorTime.TotalSeconds;
        var gigabits = count * length * 8 / seconds / 1e9;
        return string.Create(CultureInfo.InvariantCulture,
            $"{{\"datagrams\": {count}, \"seconds\": {seconds:F3}, \"per_second\": {count / seconds:F0}, \"gbit\": {gigabits:F3}, \"cpu_per_gbit\": {cpu / seconds / gigabits:F3}, \"overflowed\": {overflowed}}}");
    }

    private sealed record Run(IPAddress Address, int Port, int Seconds, int Length, bool IsOffloaded);
}
