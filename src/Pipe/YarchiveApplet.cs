using Pipe.Engine;
using Pipe.Protocol;

namespace Pipe;

/// <summary>The program yarchive: what is about archives on this host it does itself, all else the engine does.</summary>
internal static class YarchiveApplet
{
    public static ExitCode Run(string[] words, Messages messages)
    {
        var order = Yarchive.Parser.Parse(words);
        messages.Verbosity = order.Verbosity;
        switch (order.Errand)
        {
            case Errand.Usage:
                Messages.Answer(Yarchive.Usage.Text());
                return ExitCode.Done;
            case Errand.Version:
                Messages.Answer(Messages.Version(messages.Program));
                return ExitCode.Done;
            case Errand.PrintPlan:
                Messages.Answer(string.Concat(order.Plans.Select(plan => PlanText.Print(plan) + "\n")));
                return ExitCode.Done;
            case var _ when order.Chore is { } chore:
                chore.Run(Messages.Answer);
                return ExitCode.Done;
            default:
                return Carry(order, messages);
        }
    }

    /// <summary>One plan after the other; only what fails keeps the next from being tried.</summary>
    private static ExitCode Carry(Yarchive.Order order, Messages messages)
    {
        var first = ExitCode.Done;
        for (var i = 0; i < order.Plans.Count; i++)
        {
            var code = Errands.Run(order.Request(i), Yarchive.Usage.Text, messages);
            first = first == ExitCode.Done ? code : first;
        }

        return first;
    }
}
