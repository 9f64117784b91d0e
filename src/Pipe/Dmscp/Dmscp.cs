using Pipe.Engine;
using Pipe.Protocol;

namespace Pipe;

/// <summary>The program dmscp, and its remote end.</summary>
internal static class Dmscp
{
    public static ExitCode Run(string[] words, Messages messages)
    {
        if (KeeperStart.TryRun(words))
        {
            return ExitCode.Done;
        }

        var request = Parser.Parse(words);
        return request.Errand is Errand.Serve or Errand.Wait ? Serve(messages, request.Errand == Errand.Wait) : Errands.Run(request, Usage.Text, messages);
    }

    /// <summary>Why it failed has gone to the other side, who says it to the user.</summary>
    private static ExitCode Serve(Messages messages, bool isSpare)
    {
        using var interruption = new Interruption(static () => { });
        try
        {
            return Copy.ServeAsync(messages.Waiting, isSpare, interruption.Token).GetAwaiter().GetResult() ? ExitCode.Done : ExitCode.Objects;
        }
        catch (OperationCanceledException) when (interruption.Happened)
        {
            throw Errands.Interrupted();
        }
    }
}
