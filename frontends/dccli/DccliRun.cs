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
        var order = Parser.Parse(words, static file => TextInput.Lines(file, ExitCode.Objects));
        messages.Verbosity = order.Draft.Verbosity;
        if (CopyRun.TryAnswer(order.Kind, Usage.Text, () => order.AtSender is { } one ? [one] : order.Destinations.Select(destination => destination.Plan), "", messages))
        {
            return ExitCode.Done;
        }

        if (order.Kind == CommandKind.EndLogin)
        {
            order.Destinations.ToList().ForEach(static one => Copy.EndLogin(one.Plan));
            return ExitCode.Done;
        }

        if (order.AtSender is { } plan)
        {
            return CopyRun.Run(new Invocation(CommandKind.Copy, plan, Progress: false, "", order.Draft.Verbosity), Usage.Text, messages);
        }

        messages.Warn(order.Draft.Warnings);
        CheckSources(order);
        return new FanOutRun(order, messages).Run();
    }

    /// <summary>Reports a missing source once, before any login.</summary>
    private static void CheckSources(FanOutInvocation order)
    {
        foreach (var path in order.Sources)
        {
            try
            {
                if ((order.Draft.Flags.HasFlag(TreeFlags.All) ? FileStatus.OfName(path) : FileStatus.Of(path)) is null)
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
