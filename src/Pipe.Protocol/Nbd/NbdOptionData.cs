using System.Buffers.Binary;

namespace Pipe.Protocol;

/// <summary>The data of the options Info and Go.</summary>
/// <remarks>
/// <code>
///     u32   length, then the name of the export
///     u16   count, then that many u16   NbdInfo
/// </code>
/// </remarks>
internal readonly record struct NbdGo(string Name, IReadOnlyList<NbdInfo> Infos)
{
    public static NbdGo Read(ReadOnlySpan<byte> from)
    {
        var reader = new NbdReader(from);
        var name = reader.Text();
        var infos = new NbdInfo[reader.U16()];
        for (var i = 0; i < infos.Length; i++)
        {
            infos[i] = (NbdInfo)reader.U16();
        }

        reader.End();
        return new NbdGo(name, infos);
    }

    public byte[] Write()
    {
        var name = RawText.Encode(Name);
        var bytes = new byte[sizeof(uint) + name.Length + sizeof(ushort) + Infos.Count * sizeof(ushort)];
        BinaryPrimitives.WriteUInt32BigEndian(bytes, (uint)name.Length);
        name.CopyTo(bytes, sizeof(uint));
        var at = bytes.AsSpan(sizeof(uint) + name.Length);
        BinaryPrimitives.WriteUInt16BigEndian(at, (ushort)Infos.Count);
        for (var i = 0; i < Infos.Count; i++)
        {
            BinaryPrimitives.WriteUInt16BigEndian(at[((i + 1) * sizeof(ushort))..], (ushort)Infos[i]);
        }

        return bytes;
    }
}

/// <summary>The data of the options ListMetaContext and SetMetaContext.</summary>
/// <remarks>
/// <code>
///     u32   length, then the name of the export
///     u32   count, then that many times: u32 length, then a query
/// </code>
/// </remarks>
internal readonly record struct NbdMetaQueries(string Name, IReadOnlyList<string> Queries)
{
    public static NbdMetaQueries Read(ReadOnlySpan<byte> from)
    {
        var reader = new NbdReader(from);
        var name = reader.Text();
        var count = reader.U32();
        if (count > NbdLimits.Queries)
        {
            ProtocolException.Throw($"{count} queries");
        }

        var queries = new string[count];
        for (var i = 0; i < queries.Length; i++)
        {
            queries[i] = reader.Text();
        }

        reader.End();
        return new NbdMetaQueries(name, queries);
    }

    public byte[] Write()
    {
        var texts = Queries.Select(RawText.Encode).Prepend(RawText.Encode(Name)).ToArray();
        var bytes = new byte[texts.Sum(text => text.Length + sizeof(uint)) + sizeof(uint)];
        var at = bytes.AsSpan();
        for (var i = 0; i < texts.Length; i++)
        {
            BinaryPrimitives.WriteUInt32BigEndian(at, (uint)texts[i].Length);
            texts[i].CopyTo(at[sizeof(uint)..]);
            at = at[(sizeof(uint) + texts[i].Length)..];
            if (i == 0)
            {
                BinaryPrimitives.WriteUInt32BigEndian(at, (uint)Queries.Count);
                at = at[sizeof(uint)..];
            }
        }

        return bytes;
    }
}

/// <summary>Reads the fields of an option in order, with a bounds check for each.</summary>
internal ref struct NbdReader(ReadOnlySpan<byte> bytes)
{
    private ReadOnlySpan<byte> _rest = bytes;

    public ushort U16() => BinaryPrimitives.ReadUInt16BigEndian(Take(sizeof(ushort)));

    public uint U32() => BinaryPrimitives.ReadUInt32BigEndian(Take(sizeof(uint)));

    public string Text()
    {
        var length = U32();
        if (length > NbdLimits.Name)
        {
            ProtocolException.Throw($"a name of {length} bytes");
        }

        return RawText.Decode(Take((int)length));
    }

    public readonly void End()
    {
        if (!_rest.IsEmpty)
        {
            ProtocolException.Throw($"{_rest.Length} bytes too many in an option");
        }
    }

    private ReadOnlySpan<byte> Take(int count)
    {
        if (_rest.Length < count)
        {
            ProtocolException.Throw("an option is cut short");
        }

        var taken = _rest[..count];
        _rest = _rest[count..];
        return taken;
    }
}
