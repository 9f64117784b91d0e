using Pipe.CommandLine;
using Pipe.Engine;
using Pipe.Protocol;

namespace Pipe.Dolly;

/// <summary>The source and the targets of an invocation, in the engine's terms.</summary>
internal sealed class Objects(ChainInvocation invocation)
{
    private const string Zip = "gzip -cf";
    private const string Unzip = "gunzip -c";
    private const string Root = "/";

    private readonly Configuration _configuration = invocation.Configuration;
    private readonly Draft _draft = invocation.Draft;

    /// <summary>The kinds that this process can open.</summary>
    public ObjectKinds Kinds => _configuration is { IsDummy: true, DummyMebibytes: null }
        ? new ObjectKinds((ResourceKind.Pattern, new TimedPattern(TimeSpan.FromSeconds(_draft.DummySeconds ?? 0))))
        : KnownObjects.Kinds;

    /// <summary>One plan for each node, in the order of the chain. The data pass through all nodes, so all have the protection that one of them wants.</summary>
    public IReadOnlyList<Plan> Plans()
    {
        var plans = _configuration.Hosts.Select(PlanOf).ToList();
        return plans.ConvertAll(plan => plan with { Protection = plans.Max(static one => one.Protection) });
    }

    /// <summary>The plans for dmscp, which copies to one node at a time.</summary>
    /// <exception cref="Failure">dmscp has no copy like this.</exception>
    public IReadOnlyList<Plan> SinglePlans() =>
        invocation.Mode != RunMode.Head ? throw Unprintable("dmscp does not speak the classic protocol")
        : _configuration is { IsDummy: true, DummyMebibytes: null } ? throw Unprintable("dmscp cannot send zeros for a time")
        : Plans() is var plans && plans.Any(static plan => IsOfDolly(plan.There) || IsOfDolly(plan.Here)) ? throw Unprintable("dmscp has no files in pieces, and decompresses no target")
        : plans;

    /// <summary>The form of the target of a configuration, at a path: one file or device, numbered files, or a file behind gunzip.</summary>
    public static Resource FileAt(Configuration configuration, string path) => configuration switch
    {
        { Input.IsCompressed: true, Output.IsCompressed: false } => Resource.Filtered(path, Unzip, configuration.Output!.PieceSize),
        { Output.PieceSize: > 0 and var size } => Resource.Pieces(path, size),
        _ => Resource.File("", path),
    };

    private Plan PlanOf(string host)
    {
        var plan = _draft.ToPlan(host, Source(), Target(NameOf(host)));
        var interfaces = _configuration.Links?.NamesOf(NameOf(host)) ?? [];
        return plan with
        {
            Filters = _configuration.Output is { IsCompressed: true } ? Zip : "",
            Streams = plan.Streams == 0 && interfaces.Count > 1 ? interfaces.Count : plan.Streams,
            DataHost = interfaces.Count == 1 ? interfaces[0] : plan.DataHost.Length == 0 && _draft.ResolvesNames ? AddressOf(plan.Remote.Host) : plan.DataHost,
        };
    }

    private static bool IsOfDolly(Resource resource) => resource.Kind is ResourceKind.Pieces or ResourceKind.Filtered;

    private static Failure Unprintable(string cause) => new(ExitCode.Usage, $"{OptionWord.PrintPlan}: {cause}");

    private static string AddressOf(string host) => HostAddresses.Of(host) is [var address, ..]
        ? AddressText.Of(address)
        : throw new Failure(ExitCode.Usage, $"-R: {host}: no address is known for this name");

    private Resource Source() =>
        _configuration.IsDummy ? Resource.Pattern((_configuration.DummyMebibytes ?? 0) << 20)
        : _draft.Directories.Count > 0 ? Resource.Command("", Packing())
        : _configuration.Input! switch
        {
            { IsStandardInput: true } => Resource.Stdio,
            { IsSplit: true } input => Resource.Pieces(input.Path, 0),
            var input => Resource.File("", input.Path),
        };

    private Resource Target(string node)
    {
        var path = _configuration.Output?.PathAt(node) ?? "";
        return _configuration.IsDummy ? Resource.Null
            : _draft.Command.Length > 0 ? Resource.Command("", new OutputFile(_draft.Command).PathAt(node))
            : _draft.Directories.Count > 0 ? Resource.Command(path.Length > 0 ? path : Root, "# unpack the directories\nexec tar -xf -")
            : FileAt(_configuration, path);
    }

    /// <summary>The shell text that packs the directories. tar ends with 1 if a file changed while it was read, which is not a failure.</summary>
    private string Packing()
    {
        var excludes = string.Concat(_draft.Excludes.Prepend("/proc").Select(static path => $"--exclude={ShellWords.Quote(path)} "));
        var names = string.Join(' ', _draft.Directories.Select(ShellWords.Quote));
        return $"""
            # pack the directories
            tar -Pcf - {excludes}-- {names}; status=$?
            [ $status -ne 1 ] || {"{"} echo 'some files changed while they were read' >&3; exit 0; {"}"}
            exit $status
            """;
    }

    /// <summary>The host without the user.</summary>
    private static string NameOf(string host) => host[(host.LastIndexOf('@') + 1)..];
}
