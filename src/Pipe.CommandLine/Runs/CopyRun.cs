using Pipe.Dmscp;
using Pipe.Engine;
using Pipe.Protocol;

namespace Pipe.CommandLine;

/// <summary>Runs a command line with one copy, for any program.</summary>
internal static class CopyRun
{
    /// <param name="invocation">Any kind but Serve and Wait.</param>
    /// <param name="usage">The usage text of the program.</param>
    /// <param name="messages">The program's output.</param>
    public static ExitCode Run(Invocation invocation, Func<string> usage, Messages messages)
    {
        messages.Verbosity = invocation.Verbosity;
        if (invocation.Kind == CommandKind.EndLogin)
        {
            Engine.Copy.EndLogin(invocation.Plan!);
            return ExitCode.Done;
        }

        if (TryAnswer(invocation.Kind, usage, () => [invocation.Plan!], "", messages))
        {
            return ExitCode.Done;
        }

        messages.Warn(invocation.Warnings);
        return Copy(invocation, messages);
    }

    /// <summary>Answers a command line that needs no copy: usage, version or plans. False if it needs one.</summary>
    /// <param name="kind">Any kind but Serve and Wait.</param>
    /// <param name="usage">The usage text of the program.</param>
    /// <param name="plans">The plans of the command line, in order.</param>
    /// <param name="then">Shell text between the printed plans.</param>
    /// <param name="messages">The program's output.</param>
    public static bool TryAnswer(CommandKind kind, Func<string> usage, Func<IEnumerable<Plan>> plans, string then, Messages messages)
    {
        var answer = kind switch
        {
            CommandKind.Usage => usage(),
            CommandKind.Version => Messages.Version(messages.Program),
            CommandKind.PrintPlan => string.Join($"{then}\n", plans().Select(PlanText.Print)) + "\n",
            _ => null,
        };
        if (answer is not null)
        {
            Messages.Answer(answer);
        }

        return answer is not null;
    }

    public static Failure Interrupted() => new(ExitCode.Interrupted, "interrupted");

    /// <summary>The failure of a copy with failed members; each has been reported.</summary>
    public static Failure Incomplete(Tally tally) => new(ExitCode.Objects, $"{tally.Failed} could not be copied");

    /// <summary>The failure of a comparison that found differences, or of a dry run that found members that a copy cannot replace; each has been reported. Null if there are none.</summary>
    public static Failure? Difference(Plan plan, Tally tally) => plan.TreeAction == TreeAction.Verify && tally.Differences > 0
        ? new Failure(ExitCode.Objects, $"{tally.Differences} differ")
        : plan.TreeAction == TreeAction.DryRun && tally.Clashes > 0 ? new Failure(ExitCode.Objects, $"{tally.Clashes} could not be copied")
        : null;

    private static ExitCode Copy(Invocation invocation, Messages messages)
    {
        if (invocation.Plan is { There.Kind: ResourceKind.Tree, Here.Kind: ResourceKind.Stdio })
        {
            throw new Failure(ExitCode.Usage, "-l is missing", "a tree cannot go through a pipe; -l FILE names the local tree");
        }

        var tally = new Tally();
        using var watch = new Watch(invocation, tally, messages);

        // Not disposed: a signal between the verdict and the end of the process must not change the exit status.
        var interruption = new Interruption(() => messages.Report(Interrupted()));
        try
        {
            var outcome = Engine.Copy.RunAsync(KnownObjects.Kinds, invocation.Plan!, tally, watch, interruption.Token).GetAwaiter().GetResult();
            if (tally.Failed > 0)
            {
                throw Incomplete(tally);
            }

            var difference = Difference(invocation.Plan!, tally);
            watch.Succeeded(outcome, difference);
            return outcome.Warnings.Count == 0 && difference is null ? ExitCode.Done : ExitCode.Objects;
        }
        catch (Exception e)
        {
            // The signal also reaches ssh and the commands; their failures are a consequence, not the cause.
            var cause = interruption.Happened ? Interrupted() : e;
            cause = cause is Failure failure ? Leftover.Explain(failure, invocation.Plan!, tally) : cause;
            watch.Failed(messages.AsFailure(cause));
            if (cause == e)
            {
                throw;
            }

            if (!interruption.Happened)
            {
                throw cause;
            }

            messages.Note(2, $"after the signal: {e.GetType().Name}: {e.Message}");
            throw cause;
        }
    }
}
