using System.Buffers.Binary;
using Pipe.Linux;
using Pipe.Protocol;

namespace Pipe.Nbd;

/// <summary>A connection to an NBD server, for reading. One thread sends requests and one takes answers.</summary>
internal sealed class NbdClient : IDisposable
{
    private readonly IByteChannel _channel;
    private readonly ByteReader _reader;
    private readonly string _name;

    private NbdClient(IByteChannel channel, string name)
    {
        (_channel, _name) = (channel, name);
        _reader = new ByteReader(channel);
    }

    public NbdExportInfo Export { get; private set; }

    public bool MayHaveMore => Export.Flags.HasFlag(NbdExportFlags.MultiConn);

    /// <summary>Connects and chooses the export.</summary>
    /// <exception cref="IOException">No server is there, or it has no such export.</exception>
    public static NbdClient Connect(NbdUri uri)
    {
        var client = new NbdClient(new SocketChannel(uri.Connect()), uri.Text);
        try
        {
            client.Negotiate(uri.Export);
            return client;
        }
        catch (ProtocolException e)
        {
            client.Dispose();
            throw new IOException($"{uri.Text}: {e.Message}", e);
        }
        catch
        {
            client.Dispose();
            throw;
        }
    }

    public void Ask(ulong cookie, long offset, long length)
    {
        Span<byte> request = stackalloc byte[NbdRequest.Size];
        new NbdRequest(NbdCommand.Read, NbdCommandFlags.None, cookie, (ulong)offset, (uint)length).Write(request);
        _channel.Send(request);
    }

    /// <summary>Waits for the head of an answer; its bytes follow if it is no error.</summary>
    /// <exception cref="IOException">The connection has ended.</exception>
    public NbdSimpleReply Next()
    {
        if (!_reader.TryTake(NbdSimpleReply.Size, out var bytes))
        {
            throw new IOException($"{_name}: the server has closed the connection");
        }

        return NbdSimpleReply.Read(bytes);
    }

    public void Receive(Span<byte> bytes) => _reader.Fill(bytes);

    /// <summary>Reads and waits, while no other thread uses the connection.</summary>
    public void Read(Span<byte> bytes, long offset)
    {
        Ask(0, offset, bytes.Length);
        if (Next() is { Error: not NbdError.None } reply)
        {
            throw new IOException($"{_name}: {LinuxException.Describe((int)reply.Error)}");
        }

        Receive(bytes);
    }

    public void Shutdown() => _channel.Shutdown();

    public void Dispose() => _channel.Dispose();

    private void Negotiate(string export)
    {
        if (!_reader.TryTake(NbdGreeting.Size, out var greeting))
        {
            throw new IOException($"{_name}: the server has closed the connection");
        }

        var flags = NbdGreeting.Read(greeting).Flags;
        Span<byte> answer = stackalloc byte[NbdGreeting.AnswerSize];
        BinaryPrimitives.WriteUInt32BigEndian(answer, (uint)flags & (uint)(NbdHandshakeFlags.FixedNewstyle | NbdHandshakeFlags.NoZeroes));
        _channel.Send(answer);
        if (!flags.HasFlag(NbdHandshakeFlags.FixedNewstyle) || !TryGo(export))
        {
            Choose(export, flags.HasFlag(NbdHandshakeFlags.NoZeroes));
        }
    }

    /// <summary>False if the server does not know the option.</summary>
    private bool TryGo(string export)
    {
        Send(NbdOption.Go, new NbdGo(export, []).Write());
        while (true)
        {
            if (!_reader.TryTake(NbdOptionReply.Size, out var bytes))
            {
                throw new IOException($"{_name}: the server has closed the connection");
            }

            var reply = NbdOptionReply.Read(bytes);
            var data = new byte[reply.Length];
            _reader.Fill(data);
            switch (reply.Type)
            {
                case NbdOptionReplyType.Ack:
                    return true;
                case NbdOptionReplyType.Info when data.Length >= sizeof(ushort) && BinaryPrimitives.ReadUInt16BigEndian(data) == (ushort)NbdInfo.Export:
                    Export = NbdExportInfo.Read(data.AsSpan(sizeof(ushort)));
                    break;
                case NbdOptionReplyType.Unsupported:
                    return false;
                default:
                    if (reply.IsError)
                    {
                        throw new IOException($"{_name}: the server refuses the export: {(data.Length > 0 ? RawText.Printable(RawText.Decode(data)) : reply.Type)}");
                    }

                    break;
            }
        }
    }

    private void Choose(string export, bool isWithoutZeroes)
    {
        Send(NbdOption.ExportName, RawText.Encode(export));
        if (!_reader.TryTake(NbdExportInfo.Size, out var info))
        {
            throw new IOException($"{_name}: the server has no such export");
        }

        Export = NbdExportInfo.Read(info);
        _reader.Skip(isWithoutZeroes ? 0 : NbdExportInfo.Zeros);
    }

    private void Send(NbdOption option, byte[] data)
    {
        var bytes = new byte[NbdOptionHeader.Size + data.Length];
        new NbdOptionHeader(option, (uint)data.Length).Write(bytes);
        data.CopyTo(bytes, NbdOptionHeader.Size);
        _channel.Send(bytes);
    }
}
