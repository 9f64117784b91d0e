using Pipe.Protocol;

namespace Pipe;

/// <summary>The program yarchive: what is about archives on this host it does itself, all else the engine does.</summary>
internal static class YarchiveApplet
{
    public static ExitCode Run(string[] words, Messages messages)
    {
        var order = Yarchive.Parser.Parse(words);
        messages.Verbosity = order.Verbosity;
        if (Errands.IsAnswered(order.Errand, Yarchive.Usage.Text, () => order.Plans, " &&", messages))
        {
            return ExitCode.Done;
        }

        if (order.Chore is not { } chore)
        {
            return Carry(order, messages);
        }

        chore.Run(Messages.Answer, messages.Waiting);
        return ExitCode.Done;
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
