using Pipe.Engine;
using Pipe.Protocol;

namespace Pipe;

/// <summary>The program dmscp, and its remote end.</summary>
internal static class Dmscp
{
    public static ExitCode Run(string[] words, Messages messages)
    {
        var request = Parser.Parse(words);
        messages.Verbosity = request.Verbosity;
        switch (request.Errand)
        {
            case Errand.Usage:
                Messages.Answer(Usage.Text());
                break;
            case Errand.Version:
                Messages.Answer(Messages.Version(messages.Program));
                break;
            case Errand.PrintPlan:
                Messages.Answer(PlanText.Print(request.Plan!) + "\n");
                break;
            case Errand.Serve:
                return Serve(messages);
            default:
                Copy(request, messages);
                break;
        }

        return ExitCode.Done;
    }

    /// <summary>Why it failed has gone to the other side, who says it to the user.</summary>
    private static ExitCode Serve(Messages messages)
    {
        using var interruption = new Interruption(static () => { });
        try
        {
            return Engine.Copy.ServeAsync(messages.Waiting, interruption.Token).GetAwaiter().GetResult() ? ExitCode.Done : ExitCode.Objects;
        }
        catch (OperationCanceledException) when (interruption.Happened)
        {
            throw Interrupted();
        }
    }

    private static void Copy(Request request, Messages messages)
    {
        var tally = new Tally();
        using var watch = new Watch(request, tally, messages);

        // Not disposed: a signal between the verdict and the end of the process must not put another exit status in its place.
        var interruption = new Interruption(() => messages.Report(Interrupted()));
        try
        {
            watch.Succeeded(Engine.Copy.RunAsync(request.Plan!, tally, watch, interruption.Token).GetAwaiter().GetResult());
        }
        catch (Exception e)
        {
            // A signal also reaches ssh and the commands; their ends are not the cause of this one.
            var cause = interruption.Happened ? Interrupted() : e;
            watch.Failed(Messages.AsFailure(cause));
            if (cause == e)
            {
                throw;
            }

            messages.Note(2, $"the signal ended it with {e.GetType().Name}: {e.Message}");
            throw cause;
        }
    }

    private static Failure Interrupted() => new(ExitCode.Interrupted, "interrupted");
}
