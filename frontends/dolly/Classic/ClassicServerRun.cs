using System.Globalization;
using Pipe.CommandLine;
using Pipe.Engine;
using Pipe.Protocol;

namespace Pipe.Dolly;

/// <summary>One run as a server of classic clients.</summary>
internal sealed class ClassicServerRun(ChainInvocation invocation, Messages messages)
{
    private const string Unverified = "unverified (dolly 0.5x peer)";
    private readonly Configuration _configuration = invocation.Configuration with
    {
        Server = invocation.Configuration.Server.Length > 0 ? invocation.Configuration.Server : Environment.MachineName,
    };

    private readonly Draft _draft = invocation.Draft;

    public ExitCode Run()
    {
        messages.Warning($"the classic protocol checks nothing: {Unverified}");
        using var interruption = new Interruption(() => messages.Report(CopyRun.Interrupted()));
        using var server = new ClassicServer(_configuration, ClassicClientRun.TermsOf(_draft, _configuration), text => messages.Note(1, text), interruption.Token);
        try
        {
            Serve(server, interruption.Token);
            return ExitCode.Done;
        }
        catch (Failure e) when (e.Code == ExitCode.Objects)
        {
            throw Status.AsNone(e);
        }
        catch (OperationCanceledException)
        {
            throw CopyRun.Interrupted();
        }
    }

    private void Serve(ClassicServer server, CancellationToken cancel)
    {
        if (_draft.IsKnock(_configuration))
        {
            Knock(cancel);
        }

        if (_configuration is { IsDummy: true, DummyMebibytes: 0 })
        {
            server.EndClients();
            return;
        }

        server.Start();
        using var source = Source();
        Show(server.Send(source), server.Elapsed);
    }

    private ISource Source()
    {
        var objects = new Objects(invocation);
        return new LocalEnd(objects.Kinds, new Edge(objects.Plans()[0], new Tally(), new SourceMessages(messages))).OpenSource();
    }

    /// <summary>Connects to the port on which systemd starts a client.</summary>
    private void Knock(CancellationToken cancel)
    {
        foreach (var host in _configuration.Hosts)
        {
            try
            {
                using var link = ClassicLink.Connect(host, ClassicTerms.KnockPort, new ClassicTerms(1, TimeSpan.FromSeconds(1), 0, 0, 0), cancel.ThrowIfCancellationRequested);
                messages.Note(1, $"{host}: woken by port {ClassicTerms.KnockPort}");
            }
            catch (Failure e)
            {
                messages.Warning($"{e.Message}; its client may run already");
            }
        }
    }

    private void Show(long bytes, TimeSpan elapsed)
    {
        var statistics = new StatisticsLog(_configuration, bytes, elapsed);
        if (_draft.IsJson)
        {
            Messages.Answer(string.Concat(_configuration.Hosts.Select((host, position) => Line(host, position, bytes, elapsed))));
        }

        foreach (var line in statistics.TimesByLine(_draft.UncompressedSize))
        {
            messages.Note(0, line);
        }

        messages.Note(0, $"Clients done. {string.Create(CultureInfo.InvariantCulture, $"{_configuration.Hosts.Count}")} nodes: {Unverified}");
        new LogFile(_draft.Log, messages).Append(statistics, Math.Min(_configuration.Fanout, _configuration.Hosts.Count));
    }

    private static JsonLine Line(string host, int position, long bytes, TimeSpan elapsed) => new JsonLine()
        .Text("node", host)
        .Truth("ok", true)
        .Number("position", position + 1)
        .Text("state", "unverified")
        .Number("bytes", bytes)
        .Number("seconds", elapsed)
        .Number("rate", Speed.Average(bytes, elapsed))
        .Text("verified", null);
}
