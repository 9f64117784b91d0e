using System.Buffers.Binary;
using Pipe.Engine;
using Pipe.Protocol;

namespace Pipe.Nbd;

/// <summary>The server side of the handshake: fixed newstyle negotiation.</summary>
internal sealed class Negotiation(IByteChannel channel, ByteReader reader, Clone clone, ExportSecurity security)
{
    private const NbdExportFlags Flags = NbdExportFlags.HasFlags | NbdExportFlags.Flush | NbdExportFlags.Fua | NbdExportFlags.Trim
        | NbdExportFlags.WriteZeroes | NbdExportFlags.MultiConn | NbdExportFlags.Cache | NbdExportFlags.FastZero;

    private const uint LeastPreferred = 4096;
    private const string Description = "lazyclone";
    private bool _isWithoutZeroes;
    private bool _isSecure;

    /// <summary>Whether the client has negotiated structured replies.</summary>
    public bool IsStructured { get; private set; }

    public List<MetaContext> Contexts { get; } = [];

    private NbdExportInfo Export => new(clone.Size, IsStructured ? Flags | NbdExportFlags.DontFragment : Flags);

    /// <summary>Runs the handshake; true if requests follow, false if the client ends the session.</summary>
    public bool Run()
    {
        Span<byte> greeting = stackalloc byte[NbdGreeting.Size];
        new NbdGreeting(NbdHandshakeFlags.FixedNewstyle | NbdHandshakeFlags.NoZeroes).Write(greeting);
        channel.Send(greeting);
        if (!reader.TryTake(NbdGreeting.AnswerSize, out var answer))
        {
            return false;
        }

        var flags = BinaryPrimitives.ReadUInt32BigEndian(answer);
        if ((flags & ~(uint)(NbdHandshakeFlags.FixedNewstyle | NbdHandshakeFlags.NoZeroes)) != 0)
        {
            ProtocolException.Throw($"unknown flags {flags:x} of a client");
        }

        _isWithoutZeroes = (flags & (uint)NbdHandshakeFlags.NoZeroes) != 0;
        for (var options = 0; options < NbdLimits.Options; options++)
        {
            if (!reader.TryTake(NbdOptionHeader.Size, out var bytes))
            {
                return false;
            }

            var header = NbdOptionHeader.Read(bytes);
            if (TryAnswer(header) is { } hasBegun)
            {
                return hasBegun;
            }
        }

        throw new ProtocolException($"more than {NbdLimits.Options} options");
    }

    /// <summary>Answers an option; true if requests follow, false if the session ends, null if more options follow.</summary>
    private bool? TryAnswer(NbdOptionHeader header)
    {
        if (header.Length > NbdLimits.Option)
        {
            reader.Skip(header.Length);
            Reply(header.Option, NbdOptionReplyType.TooBig);
            return null;
        }

        var data = new byte[header.Length];
        reader.Fill(data);
        if (security.IsRequired && !_isSecure && header.Option is not (NbdOption.StartTls or NbdOption.Abort))
        {
            return RequireTls(header.Option);
        }

        try
        {
            return Answer(header.Option, data);
        }
        catch (ProtocolException)
        {
            Reply(header.Option, NbdOptionReplyType.Invalid);
            return null;
        }
    }

    private bool? Answer(NbdOption option, byte[] data)
    {
        switch (option)
        {
            case NbdOption.ExportName:
                return Begin(RawText.Decode(data));
            case NbdOption.Abort:
                Reply(option, NbdOptionReplyType.Ack);
                return false;
            case NbdOption.StartTls when data.Length == 0 && !_isSecure && security.Certificates is { } certificates:
                return StartTls(certificates) ? null : false;
            case NbdOption.List when data.Length == 0:
                Reply(option, NbdOptionReplyType.Server, new byte[sizeof(uint)]);
                Reply(option, NbdOptionReplyType.Ack);
                return null;
            case NbdOption.Info or NbdOption.Go:
                return Inform(option, NbdGo.Read(data)) && option == NbdOption.Go ? true : null;
            case NbdOption.StructuredReply when data.Length == 0:
                IsStructured = true;
                Reply(option, NbdOptionReplyType.Ack);
                return null;
            case NbdOption.ListMetaContext or NbdOption.SetMetaContext:
                Answer(option, NbdMetaQueries.Read(data));
                return null;
            case NbdOption.List or NbdOption.StructuredReply:
            case NbdOption.StartTls when security.Certificates is not null:
                Reply(option, NbdOptionReplyType.Invalid);
                return null;
            default:
                Reply(option, NbdOptionReplyType.Unsupported);
                return null;
        }
    }

    /// <summary>Refuses an option of a client without TLS; the reply to ExportName cannot report an error, so the session ends.</summary>
    private bool? RequireTls(NbdOption option)
    {
        if (option == NbdOption.ExportName)
        {
            return false;
        }

        Reply(option, NbdOptionReplyType.TlsRequired);
        return null;
    }

    /// <summary>
    /// Begins TLS, after which nothing that was negotiated before holds. False if the client has sent more before the reply: an attacker may
    /// have inserted it.
    /// </summary>
    private bool StartTls(TlsCertificates certificates)
    {
        if (reader.Ready > 0)
        {
            return false;
        }

        Reply(NbdOption.StartTls, NbdOptionReplyType.Ack);
        channel.StartTls(certificates.Accept);
        (_isSecure, IsStructured) = (true, false);
        Contexts.Clear();
        return true;
    }

    /// <summary>Answers ExportName, the only option whose reply cannot report an error.</summary>
    private bool Begin(string name)
    {
        if (name.Length > 0)
        {
            return false;
        }

        Span<byte> answer = stackalloc byte[NbdExportInfo.Size + NbdExportInfo.Zeros];
        answer.Clear();
        Export.Write(answer);
        channel.Send(_isWithoutZeroes ? answer[..NbdExportInfo.Size] : answer);
        return true;
    }

    private bool Inform(NbdOption option, NbdGo go)
    {
        if (go.Name.Length > 0)
        {
            Reply(option, NbdOptionReplyType.Unknown);
            return false;
        }

        Span<byte> data = stackalloc byte[sizeof(ushort) + NbdBlockSize.Size];
        WriteType(data, NbdInfo.Export);
        Export.Write(data[sizeof(ushort)..]);
        Reply(option, NbdOptionReplyType.Info, data[..(sizeof(ushort) + NbdExportInfo.Size)]);
        foreach (var info in go.Infos.Distinct())
        {
            Inform(option, info, data);
        }

        Reply(option, NbdOptionReplyType.Ack);
        return true;
    }

    private void Inform(NbdOption option, NbdInfo info, Span<byte> data)
    {
        WriteType(data, info);
        switch (info)
        {
            case NbdInfo.BlockSize:
                var preferred = (uint)Math.Clamp(clone.Geometry.Region, LeastPreferred, NbdLimits.Payload);
                new NbdBlockSize(1, preferred, NbdLimits.Payload).Write(data[sizeof(ushort)..]);
                Reply(option, NbdOptionReplyType.Info, data);
                break;
            case NbdInfo.Name:
                Reply(option, NbdOptionReplyType.Info, data[..sizeof(ushort)]);
                break;
            case NbdInfo.Description:
                Reply(option, NbdOptionReplyType.Info, [.. data[..sizeof(ushort)], .. RawText.Encode(Description)]);
                break;
            default:
                // Unknown information requests are ignored.
                break;
        }
    }

    private void Answer(NbdOption option, NbdMetaQueries queries)
    {
        var isSetting = option == NbdOption.SetMetaContext;
        if (!IsStructured || queries.Name.Length > 0)
        {
            Reply(option, IsStructured ? NbdOptionReplyType.Unknown : NbdOptionReplyType.Invalid);
            return;
        }

        var found = isSetting ? queries.Queries.Select(MetaContext.Named).OfType<MetaContext>()
            : queries.Queries.Count == 0 ? MetaContext.All
            : queries.Queries.SelectMany(MetaContext.Listed);
        var contexts = found.Distinct().ToList();
        if (isSetting)
        {
            Contexts.Clear();
            Contexts.AddRange(contexts);
        }

        foreach (var context in contexts)
        {
            var data = new byte[sizeof(uint) + context.Name.Length];
            BinaryPrimitives.WriteUInt32BigEndian(data, isSetting ? context.Id : 0);
            RawText.Encode(context.Name).CopyTo(data, sizeof(uint));
            Reply(option, NbdOptionReplyType.MetaContext, data);
        }

        Reply(option, NbdOptionReplyType.Ack);
    }

    private static void WriteType(Span<byte> data, NbdInfo info) => BinaryPrimitives.WriteUInt16BigEndian(data, (ushort)info);

    private void Reply(NbdOption option, NbdOptionReplyType type, ReadOnlySpan<byte> data = default)
    {
        var reply = new byte[NbdOptionReply.Size + data.Length];
        new NbdOptionReply(option, type, (uint)data.Length).Write(reply);
        data.CopyTo(reply.AsSpan(NbdOptionReply.Size));
        channel.Send(reply);
    }
}
