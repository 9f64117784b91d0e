using System.Buffers.Binary;
using Pipe.Linux;
using Pipe.Protocol;

namespace Pipe.Nbd;

/// <summary>A read-only connection to an NBD server. One thread may send requests while another one receives replies.</summary>
internal sealed class NbdClient : IDisposable
{
    private const int MostStatus = sizeof(uint) + NbdLimits.Extents * NbdExtent.Size;
    private readonly IByteChannel _channel;
    private readonly ByteReader _reader;
    private readonly string _name;
    private uint _context;

    private NbdClient(IByteChannel channel, string name)
    {
        (_channel, _name) = (channel, name);
        _reader = new ByteReader(channel);
    }

    public NbdExportInfo Export { get; private set; }

    public bool MayHaveMore => Export.Flags.HasFlag(NbdExportFlags.MultiConn);

    /// <summary>Connects and selects the export, for reads.</summary>
    /// <param name="uri">The export.</param>
    /// <param name="certificates">The certificates of the client; null without TLS.</param>
    /// <exception cref="IOException">The server cannot be reached, or does not have the export.</exception>
    public static NbdClient Connect(NbdUri uri, TlsCertificates? certificates) => Open(new SocketChannel(uri.Connect()), uri, certificates, static (_, negotiation, export) =>
    {
        negotiation.Choose(export);
        return true;
    })!;

    /// <summary>Connects and selects the export, for <see cref="ReadStatus"/>; null if the server cannot report which parts of it are holes.</summary>
    /// <exception cref="IOException">The server cannot be reached, or does not have the export.</exception>
    public static NbdClient? ConnectForStatus(NbdUri uri, TlsCertificates? certificates) => OpenForStatus(new SocketChannel(uri.Connect()), uri, certificates);

    /// <summary>As <see cref="ConnectForStatus"/>, over a connection that is open.</summary>
    public static NbdClient? OpenForStatus(IByteChannel channel, NbdUri uri, TlsCertificates? certificates) => Open(channel, uri, certificates, static (client, negotiation, export) =>
    {
        if (negotiation.Select(export, MetaContext.Allocation) is not { } context)
        {
            return false;
        }

        client._context = context;
        negotiation.Choose(export);
        return true;
    });

    public void Ask(ulong cookie, long offset, long length) => Ask(NbdCommand.Read, cookie, offset, length);

    /// <summary>Waits for the header of a reply. The payload follows, unless the reply reports an error.</summary>
    /// <exception cref="IOException">The connection has ended.</exception>
    public NbdSimpleReply Next() => NbdSimpleReply.Read(Take(NbdSimpleReply.Size));

    public void Receive(Span<byte> bytes) => _reader.Fill(bytes);

    /// <summary>Reads synchronously. No other thread may use the connection meanwhile.</summary>
    public void Read(Span<byte> bytes, long offset)
    {
        Ask(0, offset, bytes.Length);
        if (Next() is { Error: not NbdError.None } reply)
        {
            throw new IOException($"{_name}: {LinuxException.Describe((int)reply.Error)}");
        }

        Receive(bytes);
    }

    /// <summary>Asks for the status of a range and calls back with each extent. Returns the length that the server described, 0 if it refuses.</summary>
    /// <param name="offset">Start of the range.</param>
    /// <param name="length">Length of the range.</param>
    /// <param name="extent">Receives offset, length and status of each extent.</param>
    public long ReadStatus(long offset, uint length, Action<long, long, NbdAllocation> extent)
    {
        Ask(NbdCommand.BlockStatus, 0, offset, length);
        var described = 0L;
        while (true)
        {
            var chunk = NbdChunk.Read(Take(NbdChunk.Size));
            if (chunk.Length > MostStatus)
            {
                ProtocolException.Throw($"a status of {chunk.Length} bytes");
            }

            var payload = new byte[chunk.Length];
            _reader.Fill(payload);
            if (chunk.IsError)
            {
                described = 0;
            }
            else if (chunk.Type == NbdChunkType.BlockStatus && payload.Length >= sizeof(uint) && BinaryPrimitives.ReadUInt32BigEndian(payload) == _context)
            {
                described = Describe(payload.AsSpan(sizeof(uint)), offset, extent);
            }

            if (chunk.IsLast)
            {
                return described;
            }
        }
    }

    public void Shutdown() => _channel.Shutdown();

    public void Dispose() => _channel.Dispose();

    private static NbdClient? Open(IByteChannel channel, NbdUri uri, TlsCertificates? certificates, Func<NbdClient, NbdClientNegotiation, string, bool> choose)
    {
        var client = new NbdClient(channel, uri.Text);
        var isChosen = false;
        try
        {
            var negotiation = new NbdClientNegotiation(client._channel, client._reader, uri.Text);
            negotiation.Greet();
            if (certificates is not null)
            {
                negotiation.StartTls(stream => certificates.Connect(stream, uri.TlsName));
            }

            isChosen = choose(client, negotiation, uri.Export);
            client.Export = negotiation.Export;
            return isChosen ? client : null;
        }
        catch (ProtocolException e)
        {
            throw new IOException($"{uri.Text}: {e.Message}", e);
        }
        finally
        {
            if (!isChosen)
            {
                client.Dispose();
            }
        }
    }

    private static long Describe(ReadOnlySpan<byte> extents, long offset, Action<long, long, NbdAllocation> extent)
    {
        var at = offset;
        for (; extents.Length >= NbdExtent.Size; extents = extents[NbdExtent.Size..])
        {
            var (length, status) = NbdExtent.Read(extents);
            extent(at, length, (NbdAllocation)status);
            at += length;
        }

        return at - offset;
    }

    private void Ask(NbdCommand command, ulong cookie, long offset, long length)
    {
        Span<byte> request = stackalloc byte[NbdRequest.Size];
        new NbdRequest(command, NbdCommandFlags.None, cookie, (ulong)offset, (uint)length).Write(request);
        _channel.Send(request);
    }

    private ReadOnlySpan<byte> Take(int count) =>
        _reader.TryTake(count, out var bytes) ? bytes : throw new IOException($"{_name}: the server has closed the connection");
}
