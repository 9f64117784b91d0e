using Pipe.CommandLine;
using Pipe.Engine;
using Pipe.Linux;
using Pipe.Protocol;

namespace Pipe.Dccli;

/// <summary>The program dccli: copies one source to several destinations.</summary>
internal static class DccliRun
{
    public static ExitCode Run(string[] words, Messages messages)
    {
        var invocation = Parser.Parse(words, static file => TextInput.Lines(file, ExitCode.Objects));
        messages.Verbosity = invocation.Draft.Verbosity;
        if (CopyRun.TryAnswer(invocation.Kind, Usage.Text, () => invocation.AtSender is { } one ? [one] : invocation.Destinations.Select(destination => destination.Plan), "", messages))
        {
            return ExitCode.Done;
        }

        if (invocation.Kind == CommandKind.EndLogin)
        {
            invocation.Destinations.ToList().ForEach(static one => Copy.EndLogin(one.Plan));
            return ExitCode.Done;
        }

        if (invocation.AtSender is { } plan)
        {
            return CopyRun.Run(new Invocation(CommandKind.Copy, plan, Progress: false, "", invocation.Draft.Verbosity), Usage.Text, messages);
        }

        messages.Warn(invocation.Draft.Warnings);
        CheckSources(invocation);
        return new FanOutRun(invocation, messages).Run();
    }

    /// <summary>Reports a missing source once, before any login.</summary>
    private static void CheckSources(FanOutInvocation invocation)
    {
        foreach (var path in invocation.Sources)
        {
            try
            {
                if ((invocation.Draft.Flags.HasFlag(TreeFlags.All) ? FileStatus.OfName(path) : FileStatus.Of(path)) is null)
                {
                    throw new Failure(ExitCode.Objects, $"{path}: no such file or directory");
                }
            }
            catch (LinuxException e)
            {
                throw Failure.Of(e);
            }
        }
    }
}
