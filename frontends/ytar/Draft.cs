using Pipe.CommandLine;
using Pipe.Engine;
using Pipe.Protocol;
using Pipe.Trees;

namespace Pipe.Ytar;

/// <summary>The ytar command line so far.</summary>
internal sealed class Draft() : LocationDraft("ytar", static word => Options.Table.Find(word)!.Name)
{
    /// <summary>Source, then target.</summary>
    public List<string> Names { get; } = [];

    public string Filter { get; set; } = "";

    public List<string> Excludes { get; } = [];

    public bool OneFileSystem { get; set; }

    public bool Plain { get; set; }

    public bool ToFile { get; set; }

    public bool FromFile { get; set; }

    /// <summary>Returns the plan. Throws <see cref="Failure"/> if the words do not fit together.</summary>
    public Plan ToPlan()
    {
        CheckWords();
        var (source, target) = Ends();
        var remote = source.IsRemote ? source : target;
        var (from, to) = (Source(source), Target(target, source));
        return source.IsRemote ? PlanFor(remote, Direction.Read, from, to) : PlanFor(remote, Direction.Write, to, from);
    }

    private void CheckWords()
    {
        if (ToFile && FromFile)
        {
            throw UsageError("--to-file and --from-file exclude each other", "dmscp copies files as they are");
        }

        if (FromFile && (OneFileSystem || Plain))
        {
            throw UsageError($"{(Plain ? "--plain" : "--one-file-system")}: the tar file of --from-file already exists");
        }
    }

    private (Location Source, Location Target) Ends()
    {
        if (Names.Count != 2)
        {
            throw UsageError(Names.Count < 2 ? "a source and a target are required" : $"{Names[2]}: more than a source and a target", "ytar DIR HOST:TARGET, or ytar HOST:DIR TARGET");
        }

        var (source, target) = (Location.Parse(Names[0]), Location.Parse(Names[1]));
        if (source.IsRemote == target.IsRemote)
        {
            throw UsageError(
                source.IsRemote ? "both source and target are remote" : "neither source nor target is remote",
                source.IsRemote ? "run ytar on one of the two hosts, or use yscp -a" : "write a remote name as HOST:PATH");
        }

        return (source with { Path = source.IsRemote && source.Path.Length == 0 ? "." : source.Path }, target);
    }

    private Resource Source(Location source)
    {
        if (source.Path.Length == 0)
        {
            throw UsageError("the name of the source is empty");
        }

        return FromFile ? Resource.File("", source.PlainPath) : TarScript.Pack(source, Choice);
    }

    private Resource Target(Location target, Location source)
    {
        if (ToFile)
        {
            return target.Path.Length > 0 ? Resource.File("", target.PlainPath) : throw UsageError("the target of --to-file needs a name");
        }

        var named = target.Named(FromFile ? source with { Path = "" } : source);
        return TarScript.Unpack(named with { Path = named.Path.TrimEnd('/') }, FromFile ? Choice : Choice with { Excludes = [] });
    }

    private TarChoice Choice => new(Filter, Plain, OneFileSystem, Excludes);
}
