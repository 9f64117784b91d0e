using Pipe.CommandLine;
using Pipe.Dmscp;
using Pipe.Engine;
using Pipe.Protocol;

namespace Pipe;

/// <summary>The program dmscp, and its remote end.</summary>
internal static class DmscpApplet
{
    public static ExitCode Run(string[] words, Messages messages)
    {
        if (KeeperStart.TryRun(words))
        {
            return ExitCode.Done;
        }

        var invocation = Parser.Parse(words);
        return invocation.Kind is CommandKind.Serve or CommandKind.Wait
            ? Serve(messages, invocation.Kind == CommandKind.Wait)
            : CopyRun.Run(invocation, Usage.Text, messages);
    }

    /// <summary>Serves a copy. The cause of a failure has gone to the other side, which reports it to the user.</summary>
    private static ExitCode Serve(Messages messages, bool isSpare)
    {
        using var interruption = new Interruption(static () => { });
        try
        {
            return Copy.ServeAsync(KnownObjects.Kinds, messages.Waiting, isSpare, interruption.Token).GetAwaiter().GetResult() ? ExitCode.Done : ExitCode.Objects;
        }
        catch (OperationCanceledException) when (interruption.Happened)
        {
            throw CopyRun.Interrupted();
        }
    }
}
