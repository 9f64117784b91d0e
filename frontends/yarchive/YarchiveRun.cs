using Pipe.CommandLine;
using Pipe.Protocol;

namespace Pipe.Yarchive;

/// <summary>The program yarchive: handles archives on this host itself, and leaves everything else to the engine.</summary>
internal static class YarchiveRun
{
    public static ExitCode Run(string[] words, Messages messages)
    {
        var invocation = Parser.Parse(words);
        messages.Verbosity = invocation.Verbosity;
        invocation = invocation with { Plans = LoginEnd.Left(invocation.Plans) };
        if (CopyRun.TryAnswer(invocation.Kind, Usage.Text, () => invocation.Plans, " &&", messages))
        {
            return ExitCode.Done;
        }

        messages.Warn(invocation.Warnings);
        if (invocation.Local is not { } local)
        {
            try
            {
                return Carry(invocation, messages);
            }
            finally
            {
                LoginEnd.Ensure(invocation.Plans);
            }
        }

        local.Run(Messages.Answer, messages.Waiting);
        return ExitCode.Done;
    }

    /// <summary>Carries out the plans one by one; only a failure prevents the next.</summary>
    private static ExitCode Carry(ArchiveInvocation invocation, Messages messages)
    {
        var first = ExitCode.Done;
        for (var i = 0; i < invocation.Plans.Count; i++)
        {
            var code = CopyRun.Run(invocation.At(i), Usage.Text, messages);
            first = first == ExitCode.Done ? code : first;
        }

        return first;
    }
}
