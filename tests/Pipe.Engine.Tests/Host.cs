using System.Globalization;
using Pipe.Linux;
using Pipe.Protocol;

namespace Pipe.Engine.Tests;

/// <summary>A process of its own for tests that kill one, or need other surroundings.</summary>
internal static class Host
{
    public static int Main(string[] arguments)
    {
        switch (arguments)
        {
            case ["hold-sink", var command]:
                using (var output = Fd.Open("/dev/null", OpenFlags.ReadWrite))
                using (var sink = new CommandSink(Resource.Command("", command), output, Place.Local, _ => { }))
                {
                    sink.Write("something\n"u8, 0);
                    Thread.Sleep(Timeout.Infinite);
                }

                return 0;
            case ["write-file", var path, var how]:
                using (var sink = new FileSink(path, 0x1ED))
                {
                    sink.Write("bytes"u8, 0);
                    Console.WriteLine(string.Join(' ', Directory.GetFiles(Path.GetDirectoryName(path)!).Select(Path.GetFileName)));
                    if (how == "commit")
                    {
                        sink.Commit(5);
                    }
                    else if (how == "hold")
                    {
                        Thread.Sleep(Timeout.Infinite);
                    }
                }

                return 0;
            case ["datagram-allocations", var blocks]:
                Console.WriteLine(Lanes.UdpLanePair.Allocations(int.Parse(blocks, CultureInfo.InvariantCulture)).GetAwaiter().GetResult());
                return 0;
            case ["serve", ..]:
                return Serve(Kinds.All, LaneTransports.All);
            case ["serve-shuffled", ..]:
                return Serve(Kinds.All, [new Lanes.ShuffledTransport(), TcpTransport.Instance]);
            case ["serve-complement", ..]:
                return Serve(Objects.ComplementKind.Kinds, LaneTransports.All);
            case ["schedules", var first, var last, var isStream, var isOrdered]:
                // More of what ScheduleTests runs, by hand: seeds first to last.
                for (var seed = int.Parse(first, CultureInfo.InvariantCulture); seed <= int.Parse(last, CultureInfo.InvariantCulture); seed++)
                {
                    using var schedule = new Schedule(seed, bool.Parse(isStream), bool.Parse(isOrdered));
                    schedule.RunToTheEnd();
                }

                return 0;
            default:
                return 2;
        }
    }

    private static int Serve(ObjectKinds kinds, IReadOnlyList<ILaneTransport> transports)
    {
        var (input, output) = StandardStreams.TakeForControl();
        using var control = new ControlChannel(input, output);
        return new Responder(kinds, control, _ => { }) { Transports = transports, Node = new ChainNode(kinds, _ => { }) }.RunAsync(CancellationToken.None).GetAwaiter().GetResult() ? 0 : 1;
    }
}
