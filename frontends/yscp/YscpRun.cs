using Pipe.CommandLine;
using Pipe.Dmscp;
using Pipe.Engine;
using Pipe.Protocol;

namespace Pipe.Yscp;

/// <summary>The program yscp: carries out the transfers of its command line in order.</summary>
internal static class YscpRun
{
    public static ExitCode Run(string[] words, Messages messages)
    {
        var invocation = Parser.Parse(words);
        messages.Verbosity = invocation.Verbosity;
        if (CopyRun.TryAnswer(invocation.Kind, Usage.Text, () => invocation.Transfers.SelectMany(transfer => Plans(transfer, invocation.Verbosity)), "", messages))
        {
            return ExitCode.Done;
        }

        if (invocation.Kind == CommandKind.EndLogin)
        {
            Copy.EndLogin(invocation.Transfers[0].Plan);
            return ExitCode.Done;
        }

        messages.Warn(invocation.Warnings);
        LocalSide.CheckDirectory(invocation);
        try
        {
            return new TransferRun(invocation, messages).Run();
        }
        finally
        {
            LoginEnd.Ensure([.. invocation.Transfers.SelectMany(transfer => Plans(transfer, invocation.Verbosity))]);
        }
    }

    /// <summary>The engine's plans for a transfer.</summary>
    public static IEnumerable<Plan> Plans(Transfer transfer, int verbosity)
    {
        yield return transfer.Origin is { } origin ? AtOrigin(transfer.Plan, origin, verbosity) : transfer.Plan;
        if (transfer.Onward is { } onward)
        {
            yield return onward;
        }
    }

    /// <summary>Makes another host carry out the plan, in the form of a shell command.</summary>
    private static Plan AtOrigin(Plan plan, Remote origin, int verbosity) => new()
    {
        Direction = Direction.Read,
        Remote = origin,
        There = Resource.Command("", PlanText.Print(plan) + Words(verbosity)),
        Here = Resource.Null,
    };

    private static string Words(int verbosity) => verbosity switch
    {
        < 0 => " -q",
        0 => "",
        _ => " -v",
    };
}
