using System.Diagnostics;
using System.Net.Sockets;
using Pipe.Engine;
using Pipe.Protocol;

namespace Pipe.Dolly;

/// <summary>Sends a source to classic clients, which run already.</summary>
/// <param name="config">The nodes.</param>
/// <param name="terms">The limits.</param>
/// <param name="note">Reports a step.</param>
/// <param name="cancel">Ends the run between two tries or blocks.</param>
internal sealed class ClassicServer(Configuration config, ClassicTerms terms, Action<string> note, CancellationToken cancel) : IDisposable
{
    private readonly List<ClassicChild> _children = [];

    /// <summary>The time from the moment when all clients were ready to the last byte sent.</summary>
    public TimeSpan Elapsed { get; private set; }

    /// <summary>The clients that are ready.</summary>
    public HashSet<string> Ready { get; } = [];

    /// <summary>Ends clients in dummy mode: they close their connections when they read the configuration.</summary>
    public void EndClients() => Connect();

    /// <summary>Connects to the first clients and waits until all are ready.</summary>
    public void Start()
    {
        Connect();
        AwaitReady();
    }

    /// <summary>Sends the source, and waits until all clients have it.</summary>
    /// <param name="source">The source, owned by the caller.</param>
    /// <returns>The number of bytes.</returns>
    public long Send(ISource source)
    {
        var watch = Stopwatch.StartNew();
        var front = new FrontToBack(source);
        var buffer = new byte[terms.BlockSize];
        for (int count; (count = front.Read(buffer)) > 0;)
        {
            cancel.ThrowIfCancellationRequested();
            _children.ForEach(child => child.Send(buffer.AsSpan(0, count)));
        }

        source.Finish();
        Elapsed = watch.Elapsed;
        _children.ForEach(child => child.SendTotal(front.Position));
        _children.ForEach(static child => child.EndData());
        _children.ForEach(child => child.AwaitEnd(front.Position));
        return front.Position;
    }

    public void Dispose() => _children.ForEach(static child => child.Dispose());

    private void Connect()
    {
        var text = ClassicConfig.Of(config);
        foreach (var host in config.Hosts.Take(config.Fanout))
        {
            _children.Add(new ClassicChild(host, config.Links, terms, cancel.ThrowIfCancellationRequested));
            note($"connected to {host}");
        }

        _children.ForEach(child => child.SendConfig(text));
    }

    private void AwaitReady()
    {
        var scans = _children.ToDictionary(static child => child.Control.Socket, static child => (child, Scan: new ReadyScan()));
        var buffer = new byte[terms.BlockSize];
        var last = Stopwatch.GetTimestamp();
        while (Ready.Count < config.Hosts.Count)
        {
            var waiting = scans.Keys.ToList();
            Socket.Select(waiting, null, null, (int)Math.Min(int.MaxValue, terms.Idle.TotalMicroseconds));
            if (waiting.Count == 0 || Stopwatch.GetElapsedTime(last) > terms.Idle)
            {
                throw NotReady();
            }

            foreach (var socket in waiting)
            {
                last = Take(scans[socket].child, scans[socket].Scan, buffer) ? Stopwatch.GetTimestamp() : last;
            }
        }
    }

    /// <summary>Reads the messages of a child; true if they name another client that is ready.</summary>
    private bool Take(ClassicChild child, ReadyScan scan, byte[] buffer)
    {
        var count = child.Control.Receive(buffer);
        if (count == 0)
        {
            throw new Failure(ExitCode.Unreachable, $"{child.Name}: closed the connection before it was ready");
        }

        var names = scan.Take(buffer.AsSpan(0, count));
        foreach (var name in names)
        {
            Ready.Add(name);
            note($"{name} is ready");
        }

        return names.Count > 0;
    }

    private Failure NotReady()
    {
        const int most = 10;
        var missing = config.Hosts.Where(host => !Ready.Contains(host)).ToList();
        return new Failure(
            ExitCode.Unreachable,
            $"{missing.Count} of {config.Hosts.Count} clients are not ready after {terms.Idle.TotalSeconds:0} seconds: {string.Join(", ", missing.Take(most))}{(missing.Count > most ? " ..." : "")}",
            "-a SECONDS waits longer; clients are started by hand: dolly --classic, or dolly 0.5x");
    }
}
