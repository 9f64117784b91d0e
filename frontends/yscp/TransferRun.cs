using Pipe.CommandLine;
using Pipe.Engine;
using Pipe.Protocol;
using Pipe.Trees;

namespace Pipe.Yscp;

/// <summary>
/// One run of yscp. A transfer that fails because of its objects does not prevent later ones; an unreachable host does, as with scp. Each failure is
/// reported when it happens, and the first decides the exit status.
/// </summary>
internal sealed class TransferRun(TransferList invocation, Messages messages)
{
    private Failure? _first;
    private Failure? _difference;
    private Tally _tally = new();
    private bool _useless;

    public ExitCode Run()
    {
        using var watch = new Watch(InvocationOf(invocation.Transfers[0]), _tally, messages);

        // Not disposed: a signal between the verdict and the end of the process must not change the exit status.
        var interruption = new Interruption(Leave);
        var done = Try(invocation.Transfers[0], watch, interruption);
        foreach (var transfer in invocation.Transfers.Skip(1))
        {
            if (_useless)
            {
                break;
            }

            _tally = new Tally();
            watch.Next(done, transfer.Plan, _tally);
            done = Try(transfer, watch, interruption);
        }

        return End(watch, done);
    }

    private ExitCode End(Watch watch, Outcome? done)
    {
        if (_first is null)
        {
            watch.Succeeded(done!, _difference);
            return _difference?.Code ?? ExitCode.Done;
        }

        watch.Failed(_first, done);
        return _first.Code;
    }

    /// <summary>Returns null on failure.</summary>
    private Outcome? Try(Transfer transfer, Watch watch, Interruption interruption)
    {
        try
        {
            var done = Carry(transfer, watch, interruption.Token);
            watch.TellRest();
            if (_tally.Failed > 0)
            {
                ReportFailure(CopyRun.Incomplete(_tally));
            }
            else if (done is { Warnings.Count: > 0 })
            {
                ReportFailure(new Failure(ExitCode.Objects, string.Join("; ", done.Warnings)));
            }

            _difference ??= CopyRun.Difference(transfer.Plan, _tally);

            return done;
        }
        catch (Exception e)
        {
            // The signal also reaches ssh, whose exit is then not the cause of the failure.
            var cause = interruption.Happened ? CopyRun.Interrupted() : e;
            var failure = messages.AsFailure(cause);
            _useless = failure.Code is not (ExitCode.Objects or ExitCode.Command);
            ReportFailure(cause is not Failure ? cause : watch.IsMoving ? Leftover.Explain(failure, transfer.Plan, _tally) : Status.OfStart(failure, transfer.Plan));
            return null;
        }
    }

    /// <summary>Returns null if there is nothing to copy.</summary>
    private Outcome? Carry(Transfer transfer, Watch watch, CancellationToken cancel)
    {
        var plans = YscpRun.Plans(transfer, invocation.Verbosity).ToArray();
        List<string> missing = [];
        foreach (var (name, cause) in LocalSide.Missing(plans[0]))
        {
            ReportFailure(new Failure(ExitCode.Unreachable, $"{(name.Length > 0 ? Glob.Unescape(name) : "''")}: {cause}"));
            missing.Add(name);
        }

        foreach (var (name, fault) in SelfCopy.Find(plans[0]))
        {
            ReportFailure(new Failure(ExitCode.Objects, fault));
            missing.Add(name);
        }

        if (LocalSide.Without(plans[0], missing) is not { } plan)
        {
            return null;
        }

        if (missing.Count > 0 && plans[0].Here.Flags.HasFlag(TreeFlags.Delete))
        {
            messages.Warning("nothing is deleted: part of the source is missing");
        }

        var copy = plans.Length > 1 ? Copy.RelayAsync(KnownObjects.Kinds, plan, plans[1], _tally, watch, cancel) : Copy.RunAsync(KnownObjects.Kinds, plan, _tally, watch, cancel);
        return copy.GetAwaiter().GetResult();
    }

    private void ReportFailure(Exception e)
    {
        messages.Report(e);
        _first ??= messages.AsFailure(e);
    }

    private Invocation InvocationOf(Transfer transfer) => new(CommandKind.Copy, YscpRun.Plans(transfer, invocation.Verbosity).First(), invocation.Progress && transfer.Origin is null, invocation.Events, invocation.Verbosity) { IsJson = invocation.IsJson };

    private void Leave()
    {
        messages.Report(CopyRun.Interrupted());
        Environment.Exit(Status.Of(ExitCode.Interrupted));
    }
}
