using System.Buffers.Binary;
using System.Net.Security;
using Pipe.Protocol;

namespace Pipe.Nbd;

/// <summary>The client side of the handshake.</summary>
/// <param name="channel">The connection.</param>
/// <param name="reader">Reads the connection.</param>
/// <param name="name">The name of the server in messages.</param>
internal sealed class NbdClientNegotiation(IByteChannel channel, ByteReader reader, string name)
{
    private NbdHandshakeFlags _flags;

    public NbdExportInfo Export { get; private set; }

    private bool IsFixed => _flags.HasFlag(NbdHandshakeFlags.FixedNewstyle);

    /// <summary>Reads the greeting and answers it.</summary>
    public void Greet()
    {
        _flags = NbdGreeting.Read(Take(NbdGreeting.Size)).Flags;
        Span<byte> answer = stackalloc byte[NbdGreeting.AnswerSize];
        BinaryPrimitives.WriteUInt32BigEndian(answer, (uint)_flags & (uint)(NbdHandshakeFlags.FixedNewstyle | NbdHandshakeFlags.NoZeroes));
        channel.Send(answer);
    }

    /// <summary>Begins TLS, or fails: data never travel in the clear instead.</summary>
    /// <exception cref="IOException">The server has no TLS, or the handshake fails.</exception>
    public void StartTls(Func<Stream, SslStream> handshake)
    {
        if (!IsFixed)
        {
            throw new IOException($"{name}: the server has no TLS");
        }

        Send(NbdOption.StartTls, []);
        var reply = Next(out var data);
        if (reply.Type != NbdOptionReplyType.Ack)
        {
            throw new IOException($"{name}: the server refuses TLS: {Cause(reply, data)}");
        }

        if (reader.Ready > 0)
        {
            throw new IOException($"{name}: the server sent more than its reply before TLS");
        }

        try
        {
            channel.StartTls(handshake);
        }
        catch (IOException e)
        {
            throw new IOException($"{name}: {e.Message}", e);
        }
    }

    /// <summary>Selects a metadata context of the export; null if the server does not have it. Replies are structured from then on.</summary>
    public uint? Select(string export, string context)
    {
        if (!IsFixed)
        {
            return null;
        }

        Send(NbdOption.StructuredReply, []);
        if (Next(out _).Type != NbdOptionReplyType.Ack)
        {
            return null;
        }

        Send(NbdOption.SetMetaContext, new NbdMetaQueries(export, [context]).Write());
        uint? id = null;
        while (Next(out var data) is { IsError: false } reply)
        {
            if (reply.Type == NbdOptionReplyType.Ack)
            {
                return id;
            }

            if (reply.Type == NbdOptionReplyType.MetaContext && data.Length >= sizeof(uint))
            {
                id = BinaryPrimitives.ReadUInt32BigEndian(data);
            }
        }

        return null;
    }

    /// <summary>Selects the export; requests follow.</summary>
    /// <exception cref="IOException">The server does not have the export, or refuses it.</exception>
    public void Choose(string export)
    {
        if (!IsFixed || !TryGo(export))
        {
            ChooseByName(export);
        }
    }

    /// <summary>Sends the option Go; false if the server does not support it.</summary>
    private bool TryGo(string export)
    {
        Send(NbdOption.Go, new NbdGo(export, []).Write());
        while (true)
        {
            var reply = Next(out var data);
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
                        throw new IOException($"{name}: the server refuses the export: {Cause(reply, data)}");
                    }

                    break;
            }
        }
    }

    private void ChooseByName(string export)
    {
        Send(NbdOption.ExportName, RawText.Encode(export));
        if (!reader.TryTake(NbdExportInfo.Size, out var info))
        {
            throw new IOException($"{name}: the server has no such export");
        }

        Export = NbdExportInfo.Read(info);
        reader.Skip(_flags.HasFlag(NbdHandshakeFlags.NoZeroes) ? 0 : NbdExportInfo.Zeros);
    }

    private NbdOptionReply Next(out byte[] data)
    {
        var reply = NbdOptionReply.Read(Take(NbdOptionReply.Size));
        data = new byte[reply.Length];
        reader.Fill(data);
        return reply;
    }

    private static string Cause(NbdOptionReply reply, byte[] data) =>
        data.Length > 0 ? RawText.Printable(RawText.Decode(data)) : reply.Type == NbdOptionReplyType.TlsRequired ? "it wants TLS" : $"{reply.Type}";

    private ReadOnlySpan<byte> Take(int count) =>
        reader.TryTake(count, out var bytes) ? bytes : throw new IOException($"{name}: the server has closed the connection");

    private void Send(NbdOption option, byte[] data)
    {
        var bytes = new byte[NbdOptionHeader.Size + data.Length];
        new NbdOptionHeader(option, (uint)data.Length).Write(bytes);
        data.CopyTo(bytes, NbdOptionHeader.Size);
        channel.Send(bytes);
    }
}
