using System.Net.Sockets;
using Pipe.CommandLine;
using Pipe.Engine;
using Pipe.Linux;
using Pipe.Nbd;
using Pipe.Protocol;

namespace Pipe.Lazyclone;

/// <summary>Serves a clone until it is finished, its client on standard input disconnects, or a signal arrives.</summary>
internal sealed class ServeRun(CloneOrder order, CloneReport report, Messages messages) : IDisposable
{
    private readonly ManualResetEventSlim _end = new();

    public static ExitCode Run(CloneOrder order, Messages messages)
    {
        using var events = EventLog.Of(order.Events, order.IsStdio ? 1 : -1, messages.Warning);
        var report = new CloneReport(messages, events);
        try
        {
            using var run = new ServeRun(order, report, messages);
            run.Serve();
            report.End(null);
            return ExitCode.Done;
        }
        catch (Failure e)
        {
            report.End(e);
            throw;
        }
    }

    private void Serve()
    {
        using var interruption = new Interruption(static () => { });
        using var signal = interruption.Token.Register(_end.Set);

        // Standard output carries the export: take it before anything is printed.
        var stdio = order.IsStdio ? StandardStreams.TakeForControl() : default;

        // Before ssh is started, which would inherit them.
        var activated = ActivatedSockets.Take().ToList();
        CheckSource();
        var certificates = order.TlsCertificates.Length > 0 ? TlsCertificates.OfServer(order.TlsCertificates) : null;
        using var service = CloneService.Start(order.Setup, Open, new CloneEvents(report.Tell));
        using (CloneMeter.Of(order, messages, service))
        using (var server = new NbdServer(service.Clone, certificates))
        using (order.Socket.Length > 0 ? new ControlServer(service, ControlLine.PathOf(order.Socket), _end.Set) : null)
        {
            Listen(server, activated);
            if (order.IsStdio)
            {
                DataThread.Start("stdio", () =>
                {
                    server.Serve(new PipeChannel(stdio.Input, stdio.Output), ExportSecurity.None);
                    _end.Set();
                });
            }

            _end.Wait(CancellationToken.None);
        }

        service.Stop();
        if (order.Socket.Length > 0)
        {
            File.Delete(order.Socket);
        }
    }

    public void Dispose() => _end.Dispose();

    private void Listen(NbdServer server, List<Socket> activated)
    {
        activated.ForEach(server.Listen);

        if (order.Socket.Length > 0)
        {
            server.ListenUnix(order.Socket);
            report.Serving($"nbd+unix:///?socket={order.Socket}");
        }

        if (order.Listen.Length > 0)
        {
            var isSecure = order.TlsCertificates.Length > 0;
            var (address, port) = ListenAddress.Parse(order.Listen, isSecure);
            report.Serving($"{(isSecure ? "nbds" : "nbd")}://{(address.AddressFamily == AddressFamily.InterNetworkV6 ? $"[{address}]" : address)}:{server.ListenTcp(address, port)}/");
        }
    }

    private ICloneSource Open() =>
        NbdUri.IsOne(order.Source) ? new NbdCloneSource(NbdSource())
        : order.Plan is { } plan ? new RemoteCloneSource(plan)
        : new FileCloneSource(order.Setup.SourcePath);

    /// <summary>The export of the source. Its certificates are those of this program's own export, unless the URI names others.</summary>
    private NbdUri NbdSource()
    {
        var uri = NbdUri.Parse(order.Source);
        return uri.Certificates.Length > 0 ? uri : uri with { Certificates = order.TlsCertificates };
    }

    private void CheckSource()
    {
        if (!order.LiveSource && order.Setup.SourcePath.Length > 0 && FileStatus.Of(order.Setup.SourcePath) is { } status && Mounts.Find(status) is { IsWritable: true } mount)
        {
            throw new Failure(ExitCode.Usage, $"{order.Setup.SourcePath}: it is mounted for writing on {mount.Place}", "mount it read-only, or add --live-source");
        }
    }
}
