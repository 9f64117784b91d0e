using System.Buffers.Binary;
using Pipe.Linux;
using Pipe.Protocol;

namespace Pipe.Nbd;

/// <summary>A read-only connection to an NBD server. One thread may send requests while another one receives replies.</summary>
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

    /// <summary>Connects and selects the export.</summary>
    /// <exception cref="IOException">The server cannot be reached, or does not have the export.</exception>
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

    /// <summary>Waits for the header of a reply. The payload follows, unless the reply reports an error.</summary>
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

    /// <summary>Sends the option Go; false if the server does not support it.</summary>
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
