using System.Buffers.Binary;

namespace Pipe.Linux;

/// <summary>
/// Extended attributes as they are kept and sent: u16 length of the name, u16 length of the value, name, value, one after the other.
/// </summary>
internal ref struct PackedAttributes(ReadOnlySpan<byte> packed)
{
    private const int LongestName = 255;
    private ReadOnlySpan<byte> _rest = packed;

    public ReadOnlySpan<byte> Name { get; private set; }

    public ReadOnlySpan<byte> Value { get; private set; }

    /// <summary>What is left is not empty, and is no attribute either.</summary>
    public readonly bool IsDamaged => !_rest.IsEmpty;

    /// <summary>Goes to the next one; false at the end, or where none can be told.</summary>
    public bool MoveNext()
    {
        if (_rest.Length < 4)
        {
            return false;
        }

        var (name, value) = (BinaryPrimitives.ReadUInt16LittleEndian(_rest), BinaryPrimitives.ReadUInt16LittleEndian(_rest[2..]));
        if (name > LongestName || name + value > _rest.Length - 4)
        {
            return false;
        }

        Name = _rest.Slice(4, name);
        Value = _rest.Slice(4 + name, value);
        _rest = _rest[(4 + name + value)..];
        return true;
    }

    /// <summary>The value of that name; empty if there is none.</summary>
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

    /// <summary>Adds one at an offset, which moves on; false if there is no room for it.</summary>
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
