using System.Collections.Concurrent;
using System.Globalization;
using Pipe.Protocol;

namespace Pipe.Engine.Tests;

/// <summary>A chain of real processes on this machine, and the events of its nodes.</summary>
internal sealed class ChainBed : IDisposable, IChainObserver
{
    private readonly Scratch _scratch = new();
    private readonly ConcurrentDictionary<int, ChainNodeStatus> _status = new();
    private readonly ConcurrentQueue<string> _notes = new();
    private readonly Dictionary<int, string> _wrappers = [];

    public string this[string name] => _scratch[name];

    public byte[] Bytes { get; private set; } = [];

    public IEnumerable<string> Notes => _notes;

    public CancellationTokenSource Cancel { get; set; } = new();

    public string[] Names => _scratch.Names;

    public long Rate { get; set; }

    public int Timeout { get; set; } = 30;

    /// <summary>Makes the source: random bytes with a run of zeros and a hole in it.</summary>
    public void Make(int size)
    {
        Bytes = new byte[size];
        new Random(size).NextBytes(Bytes);
        Bytes.AsSpan(size / 4, size / 8).Clear();
        using var file = File.Create(this["source"]);
        file.Write(Bytes.AsSpan(0, size / 4));
        file.Position = (size / 4) + (size / 8);
        file.Write(Bytes.AsSpan((size / 4) + (size / 8)));
    }

    /// <summary>Runs the server of a node by a shell script, which gets it as its arguments.</summary>
    public void Wrap(int node, string script) => _wrappers[node] = script;

    public string TargetOf(int node) => this[$"target{node}"];

    public int PidOf(int node) => int.Parse(File.ReadAllText(this[$"pid{node}"]), CultureInfo.InvariantCulture);

    public ChainNodeStatus? StatusOf(int node) => _status.GetValueOrDefault(node);

    public Task<ChainOutcome> RunAsync(int nodes, Resource? source = null, Func<ChainTerms, ChainTerms>? change = null, Func<int, Resource>? target = null)
    {
        var terms = new ChainTerms { SourceObserver = Unobserved.Instance, Observer = this, Retries = 0, RetryPause = TimeSpan.FromMilliseconds(100) };
        var edges = Enumerable.Range(0, nodes).Select(node => EdgeOf(node, source ?? Resource.File("", this["source"]), target?.Invoke(node) ?? Resource.File("", TargetOf(node))));
        return Task.Run(() => new Chain(Kinds.All, [.. edges], change?.Invoke(terms) ?? terms).RunAsync(Cancel.Token));
    }

    /// <summary>Waits until each node has stored something and none has all.</summary>
    public async Task MovingAsync(int nodes, long bytes = 1) =>
        Assert.True(
            await Limit.Until(() => Enumerable.Range(0, nodes).All(node => StatusOf(node)?.Bytes >= bytes)),
            $"not moving: {string.Join("; ", _status.Values)} {string.Join("; ", _notes)}");

    /// <summary>Sends a signal to the processes of nodes, all at once.</summary>
    public void Signal(string signal, params int[] nodes) => Listing.Shell("/", $"kill -{signal} {string.Join(' ', nodes.Select(PidOf))}");

    public void AssertWhole(ChainNodeResult node)
    {
        Assert.True(node.Fault is null, $"node {node.Position}: {node.Fault?.Failure.Message} at {node.Fault?.Offset}; {string.Join("; ", _notes)}");
        Assert.True(Bytes.AsSpan().SequenceEqual(File.ReadAllBytes(TargetOf(node.Position))), $"node {node.Position} has other bytes");
        Assert.Equal(Bytes.Length, node.Bytes);
        Assert.NotEqual(0UL, node.Digest);
    }

    public void Changed(ChainNodeStatus node) => _status[node.Position] = node;

    public void Note(int level, string text) => _notes.Enqueue(text);

    public void Dispose()
    {
        Cancel.Dispose();
        for (var node = 0; File.Exists(this[$"pid{node}"]); node++)
        {
            Listing.Shell("/", $"kill -KILL {PidOf(node)} 2> /dev/null || true");
        }

        _scratch.Dispose();
    }

    private Edge EdgeOf(int node, Resource source, Resource target)
    {
        var serve = string.Join(' ', Processes.HostCommand("serve").Select(ShellWords.Quote));
        var script = $"echo $$ > {ShellWords.Quote(this[$"pid{node}"])}; export SSH_CONNECTION='127.0.0.1 0 127.0.0.1 0'; {_wrappers.GetValueOrDefault(node, "exec")} {serve}";
        var plan = new Plan
        {
            Direction = Direction.Write,
            Remote = new Remote { Host = $"n{node}", Shell = $"sh -c {ShellWords.Quote(script)}" },
            Here = source,
            There = target,
            Rate = Rate,
            TimeoutSeconds = Timeout,
        };
        return new Edge(plan, new Tally(), Unobserved.Instance);
    }
}
