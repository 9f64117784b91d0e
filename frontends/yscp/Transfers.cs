using Pipe.CommandLine;
using Pipe.Engine;
using Pipe.Protocol;
using Pipe.Trees;

namespace Pipe.Yscp;

/// <summary>Builds plans from the command line.</summary>
internal static class Transfers
{
    private const string Usage = "usage: yscp [OPTION ...] SOURCE ... TARGET";

    public static TransferList Of(Draft draft, string[] words)
    {
        if (words.Length == 1 && draft.Given.Keep?.Seconds == Remote.EndOfKeeping && Operand.Parse(words[0]) is { IsRemote: true } kept)
        {
            var plan = draft.ToPlan(Direction.Read, draft.Reach(kept), Resource.Null, Resource.Null);
            return new TransferList(draft.EndKind, [new Transfer(plan)], "", false, "", 0);
        }

        if (words.Length < 2)
        {
            throw new Failure(ExitCode.Usage, words.Length == 0 ? "missing source and target operands" : $"missing target operand after '{words[0]}'", Usage);
        }

        CheckOrder(words);
        TreeOptions.Check(draft);
        var target = Operand.Parse(words[^1]);
        var sources = Array.ConvertAll(words[..^1], Operand.Parse);
        if (!target.IsRemote && target.Path.Length == 0)
        {
            throw new Failure(ExitCode.Objects, "the target has an empty name");
        }

        var isSeveral = sources.Length > 1;
        var runs = Runs(sources);
        if (runs.Count > 1 && draft.Flags.HasFlag(TreeFlags.Delete))
        {
            throw new Failure(ExitCode.Usage, "--delete: all sources must be on one host", "each copy would remove the files of the one before");
        }

        var transfers = runs.Select(run => One(draft, run, isSeveral ? OfSeveral(run[0], target) : target, More(draft, target, isSeveral))).ToList();
        transfers = [.. transfers.Select((transfer, i) => transfer.LeavingLoginsTo(transfers.Skip(i + 1)))];
        return new TransferList(draft.Kind, transfers, isSeveral && !target.IsRemote ? target.Path : "", !draft.IsQuiet, draft.Events, draft.IsQuiet ? -1 : draft.Verbosity)
        {
            IsJson = draft.IsJson,

            // The host that carries out the copies warns about them itself.
            Warnings = transfers.Exists(static transfer => transfer.Origin is not null) ? [] : draft.Warnings,
        };
    }

    /// <summary>Refuses our own options after the first operand. scp takes such words for files, but no user means a file named like a long option.</summary>
    private static void CheckOrder(string[] words)
    {
        var late = Array.Find(words, static word => word.StartsWith("--", StringComparison.Ordinal) && Options.Table.Find(word.Split('=')[0]) is not null);
        if (late is not null)
        {
            throw new Failure(ExitCode.Usage, $"{late}: options come before the files", $"write ./{late} for a file of this name");
        }
    }

    /// <summary>A trailing slash is allowed for a directory that does not exist yet, but not for a file.</summary>
    private static TreeFlags More(Draft draft, Operand target, bool isSeveral) =>
        isSeveral || (target.Path.EndsWith('/') && !draft.Flags.HasFlag(TreeFlags.Recurse)) ? TreeFlags.Inside : TreeFlags.None;

    /// <summary>
    /// The target of several sources. As with scp, local sources create a missing directory on another host, with or without a trailing slash; sources on
    /// another host need an existing one, which the final dot requires.
    /// </summary>
    private static Operand OfSeveral(Operand source, Operand target)
    {
        var path = target.Path.TrimEnd('/');
        return !target.IsRemote || path is "" or "." or "~" ? target : target with { Path = source.IsRemote ? $"{path}/." : path };
    }

    /// <summary>Groups consecutive sources that share a login into one transfer.</summary>
    private static List<List<Operand>> Runs(Operand[] sources)
    {
        var runs = new List<List<Operand>>();
        foreach (var source in sources)
        {
            if (runs.Count > 0 && runs[^1][0].IsNeighbour(source))
            {
                runs[^1].Add(source);
            }
            else
            {
                runs.Add([source]);
            }
        }

        return runs;
    }

    private static Transfer One(Draft draft, List<Operand> sources, Operand target, TreeFlags more)
    {
        more |= IsCp(draft, sources[0], target) ? TreeFlags.Links : TreeFlags.None;
        var from = draft.Tree(sources.Select(Source), more);
        var to = draft.Tree([Target(target)], more);
        if (!sources[0].IsRemote)
        {
            var remote = target.IsRemote ? draft.Reach(target) : new Remote { Shell = Remote.Local };
            return new Transfer(draft.ToPlan(Direction.Write, remote, to, from));
        }

        var source = draft.Reach(sources[0]);
        return !target.IsRemote ? new Transfer(draft.ToPlan(Direction.Read, source, from, to))
            : draft.IsAtOrigin ? FromThere(draft, source, target, from, to)
            : Between(draft, source, draft.Reach(target), from, to);
    }

    /// <summary>For a local copy scp runs <c>cp -r</c>, which does not follow links.</summary>
    private static bool IsCp(Draft draft, Operand source, Operand target) =>
        !source.IsRemote && !target.IsRemote && draft.Flags.HasFlag(TreeFlags.Recurse) && !draft.Flags.HasFlag(TreeFlags.All);

    /// <summary>The first host reaches the second by its own configuration, and cannot ask for a password.</summary>
    private static Transfer FromThere(Draft draft, Remote source, Operand target, Resource from, Resource to)
    {
        if (draft.IsJson)
        {
            throw new Failure(ExitCode.Usage, "--json: with -R only the first host knows the result", "without -R the data do not pass through this host either");
        }

        var onward = new Remote { Host = target.CheckedHost(), User = target.CheckedUser(), SshPort = target.Port, SshOptions = ["BatchMode=yes"] };
        return new Transfer(draft.ToPlan(Direction.Write, onward, to, from)) { Origin = source };
    }

    private static Transfer Between(Draft draft, Remote source, Remote target, Resource from, Resource to)
    {
        var onward = draft.ToPlan(Direction.Write, target, to, Resource.Stdio);
        var plan = draft.ToPlan(Direction.Read, source, from, Resource.Stdio);
        return draft.IsThroughHere
            ? new Transfer(plan with { ConnectMode = ConnectMode.Ssh }) { Onward = onward with { ConnectMode = ConnectMode.Ssh } }
            : new Transfer(plan) { Onward = onward };
    }

    /// <summary>The remote end expands patterns; the local shell has already expanded the local ones, so the rest is literal.</summary>
    private static string Source(Operand operand) => operand.IsRemote ? operand.Path : Glob.Escape(Homeless(operand.Path));

    private static string Target(Operand operand) => operand.IsRemote ? operand.Path : Homeless(operand.Path);

    private static string Homeless(string path) => path.StartsWith('~') ? $"./{path}" : path;
}
