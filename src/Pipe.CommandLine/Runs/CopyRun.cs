using Pipe.Dmscp;
using Pipe.Engine;
using Pipe.Protocol;

namespace Pipe.CommandLine;

/// <summary>Carries out a command line with one copy, of any program.</summary>
internal static class CopyRun
{
    /// <param name="invocation">Anything but to serve.</param>
    /// <param name="usage">The usage text of the program.</param>
    /// <param name="messages">Where words go.</param>
    public static ExitCode Run(Invocation invocation, Func<string> usage, Messages messages)
    {
        messages.Verbosity = invocation.Verbosity;
        if (invocation.Kind == CommandKind.EndLogin)
        {
            Engine.Copy.EndLogin(invocation.Plan!);
            return ExitCode.Done;
        }

        return IsAnswered(invocation.Kind, usage, () => [invocation.Plan!], "", messages) ? ExitCode.Done : Copy(invocation, messages);
    }

    /// <summary>Prints what a command line asks for that is about no copy; false if it is about one.</summary>
    /// <param name="kind">Anything but to serve.</param>
    /// <param name="usage">The usage text of the program.</param>
    /// <param name="plans">What it would do, one after the other.</param>
    /// <param name="then">What the shell is to be told between them.</param>
    /// <param name="messages">Know the name of the program.</param>
    public static bool IsAnswered(CommandKind kind, Func<string> usage, Func<IEnumerable<Plan>> plans, string then, Messages messages)
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

    /// <summary>Which ones has been said.</summary>
    public static Failure Incomplete(Tally tally) => new(ExitCode.Objects, $"{tally.Failed} could not be copied");

    /// <summary>What a comparison that went well ends with, if the two sides are not the same. Which members has been said.</summary>
    public static Failure? Difference(Plan plan, Tally tally) => plan.Errand == TreeErrand.Verify && tally.Differences > 0
        ? new Failure(ExitCode.Objects, $"{tally.Differences} differ")
        : null;

    private static ExitCode Copy(Invocation invocation, Messages messages)
    {
        if (invocation.Plan is { There.Kind: ResourceKind.Tree, Here.Kind: ResourceKind.Stdio })
        {
            throw new Failure(ExitCode.Usage, "-l is missing", "a tree cannot go through a pipe; -l FILE names the local tree");
        }

        var tally = new Tally();
        using var watch = new Watch(invocation, tally, messages);

        // Not disposed: a signal between the verdict and the end of the process must not put another exit status in its place.
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
            return outcome.Remarks.Count == 0 && difference is null ? ExitCode.Done : ExitCode.Objects;
        }
        catch (Exception e)
        {
            // A signal also reaches ssh and the commands; their ends are not the cause of this one.
            var cause = interruption.Happened ? Interrupted() : e;
            watch.Failed(messages.AsFailure(cause));
            if (cause == e)
            {
                throw;
            }

            messages.Note(2, $"the signal ended it with {e.GetType().Name}: {e.Message}");
            throw cause;
        }
    }
}
