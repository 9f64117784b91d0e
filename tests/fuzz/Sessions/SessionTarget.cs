using System.Diagnostics;
using Pipe.Engine;
using Pipe.Linux;
using Pipe.Protocol;

namespace Pipe.Fuzz.Sessions;

/// <summary>
/// Whole sessions: the real initiator and the real responder in this process, and between them an attacker that reads, changes, drops,
/// repeats, reorders, invents and cuts their messages, on the control channel and on data connections.
/// </summary>
internal sealed class SessionTarget(Corpus corpus) : ITarget, IDisposable
{
    private const int DescriptorsToSpare = 40;
    private const int ThreadsToSpare = 40;
    private static readonly TimeSpan CutAfter = TimeSpan.FromSeconds(4);
    private static readonly TimeSpan EndAfterCut = TimeSpan.FromSeconds(30);
    private readonly string _scratch = Directory.CreateTempSubdirectory("pipe-fuzz-").FullName;
    private (int Descriptors, int Threads)? _before;

    public string Name => "sessions";

    public int AtOnce => 6;

    public void Play(Random random, Log log)
    {
        var scenario = Scenario.Make(random);
        log.Add($"{scenario}");
        using var place = new Place(_scratch, scenario.Size);
        var (childReads, toInitiator) = Fd.Pipe("fuzz to initiator");
        var (fromInitiator, childWrites) = Fd.Pipe("fuzz from initiator");
        var (responderReads, toResponder) = Fd.Pipe("fuzz to responder");
        var (fromResponder, responderWrites) = Fd.Pipe("fuzz from responder");
        var self = Environment.ProcessId;
        var shell = $"sh -c 'cat </proc/{self}/fd/{childReads.Number} & exec cat >/proc/{self}/fd/{childWrites.Number}'";

        using var tapped = new Tapped(scenario, place, corpus, log, random, childWrites.Dispose);
        var up = new ControlTap(tapped, fromInitiator, toResponder, new Random(random.Next()), fromInitiator: true);
        var down = new ControlTap(tapped, fromResponder, toInitiator, new Random(random.Next()), fromInitiator: false);
        var upThread = new Thread(up.Run) { IsBackground = true, Name = "tap up" };
        var downThread = new Thread(down.Run) { IsBackground = true, Name = "tap down" };
        upThread.Start();
        downThread.Start();

        using var cancel = new CancellationTokenSource();
        var responder = Task.Run(async () =>
        {
            using var control = new ControlChannel(responderReads, responderWrites);
            return await new Responder(KnownObjects.Kinds, control, _ => { }).RunAsync(cancel.Token);
        });
        var initiator = Task.Run(() => Copy.RunAsync(KnownObjects.Kinds, place.Plan(scenario, shell), new Tally(), Unobserved.Instance, cancel.Token));
        var both = Task.WhenAll(Quiet(initiator), Quiet(responder));
        if (!both.Wait(CutAfter))
        {
            // Who dropped a message lets both wait for ever, as they should as long as there are pings.
            log.Add($"{tapped.Time} cut");
            tapped.Dispose();
            cancel.Cancel();
            if (!both.Wait(EndAfterCut))
            {
                throw new Finding($"does not end: {(initiator.IsCompleted ? "" : "initiator ")}{(responder.IsCompleted ? "" : "responder")}");
            }
        }

        tapped.Dispose();
        childReads.Dispose();
        childWrites.Dispose();
        Judge(scenario, place, tapped, initiator, responder, log);
        if (!upThread.Join(EndAfterCut) || !downThread.Join(EndAfterCut))
        {
            throw new Finding("a control channel is still open");
        }
    }

    public void TakeStock()
    {
        // Data threads end a moment after their session.
        var now = (Descriptors: 0, Threads: 0);
        for (var i = 0; i < 40; i++)
        {
            GC.Collect();
            GC.WaitForPendingFinalizers();
            now = (Directory.GetFileSystemEntries("/proc/self/fd").Length, Directory.GetDirectories("/proc/self/task").Length);
            if (_before is { } before && now.Descriptors <= before.Descriptors + DescriptorsToSpare && now.Threads <= before.Threads + ThreadsToSpare)
            {
                break;
            }

            Thread.Sleep(250);
        }

        var memory = new FileInfo("/proc/self/statm").OpenText().ReadToEnd().Split(' ')[1];
        Console.WriteLine($"sessions: {now.Descriptors} descriptors, {now.Threads} threads, {long.Parse(memory, System.Globalization.CultureInfo.InvariantCulture) / 256} MiB");
        _before ??= now;
        if (now.Descriptors > _before.Value.Descriptors + DescriptorsToSpare || now.Threads > _before.Value.Threads + ThreadsToSpare)
        {
            throw new Finding($"left over: {now} after {_before}");
        }
    }

    public void Dispose() => Directory.Delete(_scratch, recursive: true);

    private static void Judge(Scenario scenario, Place place, Tapped tapped, Task<Outcome> initiator, Task<bool> responder, Log log)
    {
        log.Add($"{tapped.Time} initiator {(initiator.IsFaulted ? initiator.Exception!.InnerException!.Message : "done")}; responder {(responder.IsFaulted ? responder.Exception!.InnerException!.Message : responder.Result)}");
        if (initiator.IsFaulted && (initiator.Exception!.InnerException is not Failure failure || (failure.Code == ExitCode.Bug && tapped.Complaint is not null)))
        {
            throw new Finding("the initiator has a fault", initiator.Exception.InnerException);
        }

        if (responder.IsFaulted)
        {
            throw new Finding("the responder has a fault", responder.Exception!.InnerException);
        }

        if (tapped.Complaint is { } complaint)
        {
            throw new Finding($"the responder has a fault: {complaint}");
        }

        if (scenario.IsHarmless && !initiator.IsCompletedSuccessfully)
        {
            throw new Finding("an unharmed session has failed", initiator.Exception?.InnerException);
        }

        place.Check(initiator.IsCompletedSuccessfully && !tapped.MayDiffer, tapped.MayDiffer);
    }

    private static async Task Quiet(Task task)
    {
        try
        {
            await task;
        }
        catch (Exception)
        {
            // Looked at later.
        }
    }
}
