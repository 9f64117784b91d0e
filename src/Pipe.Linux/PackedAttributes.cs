using System.Buffers.Binary;

namespace Pipe.Linux;

/// <summary>
/// Extended attributes as stored and sent: for each a u16 name length, u16 value length, name and value.
/// </summary>
internal ref struct PackedAttributes(ReadOnlySpan<byte> packed)
{
    private const int MaxName = 255;
    private ReadOnlySpan<byte> _rest = packed;

    public ReadOnlySpan<byte> Name { get; private set; }

    public ReadOnlySpan<byte> Value { get; private set; }

    /// <summary>After the last attribute: the remaining bytes are not a valid attribute.</summary>
    public readonly bool IsDamaged => !_rest.IsEmpty;

    /// <summary>Moves to the next attribute; false at the end, or at malformed bytes.</summary>
    public bool MoveNext()
    {
        if (_rest.Length < 4)
        {
            return false;
        }

        var (name, value) = (BinaryPrimitives.ReadUInt16LittleEndian(_rest), BinaryPrimitives.ReadUInt16LittleEndian(_rest[2..]));
        if (name > MaxName || name + value > _rest.Length - 4)
        {
            return false;
        }

        Name = _rest.Slice(4, name);
        Value = _rest.Slice(4 + name, value);
        _rest = _rest[(4 + name + value)..];
        return true;
    }

    /// <summary>The value of an attribute; empty if it is missing.</summary>
    public static ReadOnlySpan<byte> Find(ReadOnlySpan<byte> packed, ReadOnlySpan<byte> name)
    {
        var all = new PackedAttributes(packed);
        while (all.MoveNext())
        {
            if (all.Name.SequenceEqual(name))
            {
                return all.Value;
            }
        }

        return default;
    }

    public static bool Has(ReadOnlySpan<byte> packed, ReadOnlySpan<byte> name)
    {
        var all = new PackedAttributes(packed);
        while (all.MoveNext())
        {
            if (all.Name.SequenceEqual(name))
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>Appends an attribute at an offset and advances the offset; false if it does not fit.</summary>
    public static bool TryAppend(Span<byte> packed, ref int at, ReadOnlySpan<byte> name, ReadOnlySpan<byte> value)
    {
        if (value.Length > ushort.MaxValue || at + 4 + name.Length + value.Length > packed.Length)
        {
            return false;
        }

        BinaryPrimitives.WriteUInt16LittleEndian(packed[at..], (ushort)name.Length);
        BinaryPrimitives.WriteUInt16LittleEndian(packed[(at + 2)..], (ushort)value.Length);
        name.CopyTo(packed[(at + 4)..]);
        value.CopyTo(packed[(at + 4 + name.Length)..]);
        at += 4 + name.Length + value.Length;
        return true;
    }
}
