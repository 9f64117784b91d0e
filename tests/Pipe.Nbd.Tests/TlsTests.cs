using System.Net;
using Pipe.Engine;
using Pipe.Engine.Tests;
using Pipe.Protocol;

namespace Pipe.Nbd.Tests;

/// <summary>TLS between the server and the client of this program, and clients that try to get around it.</summary>
public sealed class TlsTests : IDisposable
{
    private const int Region = 4096;
    private readonly Pki _pki = new();
    private readonly Pki _strangers = new();
    private readonly CloneBench _bench;
    private readonly byte[] _source;
    private NbdServer? _server;
    private int _port;

    public TlsTests() => _bench = CloneBench.Make(64, out _source);

    public void Dispose()
    {
        _server?.Dispose();
        _bench.Dispose();
        _pki.Dispose();
        _strangers.Dispose();
    }

    [Fact]
    public void Both_ends_with_certificates_of_one_authority_talk()
    {
        Serve(_pki.Issue());
        using var client = Connect("localhost", _pki.Issue());
        var bytes = new byte[40 * Region];
        client.Read(bytes, 777);
        Assert.Equal(_source.AsSpan(777, bytes.Length).ToArray(), bytes);
        using var another = Connect("localhost", _pki.Issue());
        another.Read(bytes, 0);
        Assert.Equal(_source.AsSpan(0, bytes.Length).ToArray(), bytes);
    }

    [Fact]
    public void A_client_of_another_authority_reads_nothing()
    {
        Serve(_pki.Issue());
        Assert.Throws<IOException>(() => Read(Connect("localhost", _strangers.Issue(trusted: _pki))));
    }

    [Fact]
    public void A_server_of_another_authority_or_for_another_name_is_not_believed()
    {
        Serve(_pki.Issue("elsewhere"));
        Assert.Contains("TLS", Assert.Throws<IOException>(() => Connect("localhost", _pki.Issue())).Message, StringComparison.Ordinal);
        _server!.Dispose();
        Serve(_strangers.Issue(trusted: _pki));
        Assert.Contains("TLS", Assert.Throws<IOException>(() => Connect("localhost", _pki.Issue())).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Without_tls_a_client_is_told_to_begin_it()
    {
        Serve(_pki.Issue());
        var failure = Assert.Throws<IOException>(() => NbdClient.Connect(NbdUri.Parse($"nbd://localhost:{_port}/"), null));
        Assert.Contains("it wants TLS", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_client_that_wants_tls_does_not_do_without()
    {
        Serve(null);
        Assert.Contains("refuses TLS", Assert.Throws<IOException>(() => Connect("localhost", _pki.Issue())).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Before_tls_only_tls_and_the_end_are_answered()
    {
        var security = new ExportSecurity(TlsCertificates.OfServer(_pki.Issue()), IsRequired: true);
        var answers = Say(security, Words.Hello, Words.Option(NbdOption.List), Words.Go(), Words.Option(NbdOption.StructuredReply), Words.Option((NbdOption)999), Words.Option(NbdOption.Abort));
        Assert.Equal([.. Enumerable.Repeat(NbdOptionReplyType.TlsRequired, 4), NbdOptionReplyType.Ack], Words.OptionReplies(answers));
        Assert.Equal(NbdGreeting.Size, Say(security, Words.Hello, Words.Option(NbdOption.ExportName)).Length);
    }

    [Fact]
    public void What_is_slipped_in_before_tls_ends_the_session()
    {
        var security = new ExportSecurity(TlsCertificates.OfServer(_pki.Issue()), IsRequired: true);
        Assert.Equal(NbdGreeting.Size, Say(security, Words.Hello, Words.Option(NbdOption.StartTls), Words.Go()).Length);
    }

    [Fact]
    public void A_client_that_says_nothing_is_left_in_time()
    {
        var security = new ExportSecurity(TlsCertificates.OfServer(_pki.Issue()), IsRequired: true) { HandshakeMilliseconds = 50 };
        using var silent = new SilentChannel();
        using var pool = new BufferPool();
        using var connection = new NbdConnection(silent, _bench.Clone, pool, security);
        connection.Run();
        Assert.True(silent.IsShutdown);
    }

    [Fact]
    public void Certificates_that_are_not_there_are_named()
    {
        var directory = _pki.Issue();
        File.Delete(Path.Combine(directory, "server-key.pem"));
        var failure = Assert.Throws<Failure>(() => TlsCertificates.OfServer(directory));
        Assert.Contains("server-key.pem", failure.Message + failure.Hint, StringComparison.Ordinal);
        File.WriteAllText(Path.Combine(directory, "client-cert.pem"), "nothing");
        Assert.Throws<Failure>(() => TlsCertificates.OfClient(directory));
        Assert.Contains("tls-certificates", Assert.Throws<Failure>(() => new NbdCloneSource(NbdUri.Parse("nbds://localhost/"))).Hint, StringComparison.Ordinal);
    }

    private void Serve(string? directory)
    {
        _server = new NbdServer(_bench.Clone, directory is null ? null : TlsCertificates.OfServer(directory));
        _port = _server.ListenTcp(IPAddress.Loopback, 0);
    }

    private NbdClient Connect(string host, string directory) => NbdClient.Connect(NbdUri.Parse($"nbds://{host}:{_port}/"), TlsCertificates.OfClient(directory));

    private byte[] Say(ExportSecurity security, params byte[][] script)
    {
        using var channel = new ScriptedChannel([.. script.SelectMany(part => part)]);
        using var pool = new BufferPool();
        using var connection = new NbdConnection(channel, _bench.Clone, pool, security);
        connection.Run();
        return channel.Answers.ToArray();
    }

    private static void Read(NbdClient client)
    {
        using (client)
        {
            client.Read(new byte[Region], 0);
        }
    }

    /// <summary>A client from which nothing comes until the connection is shut down.</summary>
    private sealed class SilentChannel : IByteChannel
    {
        private readonly ManualResetEventSlim _shutdown = new();

        public bool IsShutdown => _shutdown.IsSet;

        public int Receive(Span<byte> buffer)
        {
            _shutdown.Wait();
            return 0;
        }

        public void Send(ReadOnlySpan<byte> bytes)
        {
        }

        public void Shutdown() => _shutdown.Set();

        public void Dispose() => _shutdown.Dispose();
    }
}
