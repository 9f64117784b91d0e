using Pipe.CommandLine;
using Pipe.Protocol;

namespace Pipe.Yarchive;

/// <summary>The program yarchive: handles archives on this host itself, and leaves everything else to the engine.</summary>
internal static class YarchiveRun
{
    public static ExitCode Run(string[] words, Messages messages)
    {
        var order = Parser.Parse(words);
        messages.Verbosity = order.Verbosity;
        order = order with { Plans = LoginEnd.Left(order.Plans) };
        if (CopyRun.TryAnswer(order.Kind, Usage.Text, () => order.Plans, " &&", messages))
        {
            return ExitCode.Done;
        }

        messages.Warn(order.Warnings);
        if (order.Local is not { } local)
        {
            try
            {
                return Carry(order, messages);
            }
            finally
            {
                LoginEnd.Ensure(order.Plans);
            }
        }

        local.Run(Messages.Answer, messages.Waiting);
        return ExitCode.Done;
    }

    /// <summary>Carries out the plans one by one; only a failure prevents the next.</summary>
    private static ExitCode Carry(ArchiveInvocation order, Messages messages)
    {
        var first = ExitCode.Done;
        for (var i = 0; i < order.Plans.Count; i++)
        {
            var code = CopyRun.Run(order.At(i), Usage.Text, messages);
            first = first == ExitCode.Done ? code : first;
        }

        return first;
    }
}
