using System.Buffers.Binary;

namespace Pipe.Protocol;

/// <summary>Reads one message from front to back, little-endian. Every read is bounds-checked; the caller must reach the end.</summary>
internal ref struct WireReader(ReadOnlySpan<byte> bytes, string message)
{
    private ReadOnlySpan<byte> _rest = bytes;

    /// <summary>Whether all bytes have been read.</summary>
    public readonly bool IsAtEnd => _rest.IsEmpty;

    public byte U8() => Take(1)[0];

    public ushort U16() => BinaryPrimitives.ReadUInt16LittleEndian(Take(2));

    public uint U32() => BinaryPrimitives.ReadUInt32LittleEndian(Take(4));

    public ulong U64() => BinaryPrimitives.ReadUInt64LittleEndian(Take(8));

    /// <summary>A size or offset: 0 to 2^63-1.</summary>
    public long Length()
    {
        var value = U64();
        if (value > long.MaxValue)
        {
            ProtocolException.Throw($"{message}: a size of {value} bytes");
        }

        return (long)value;
    }

    /// <summary>A size that may be unknown: all ones, read as -1.</summary>
    public long LengthOrUnknown()
    {
        var value = U64();
        if (value == ulong.MaxValue)
        {
            return -1;
        }

        if (value > long.MaxValue)
        {
            ProtocolException.Throw($"{message}: a size of {value} bytes");
        }

        return (long)value;
    }

    /// <summary>Checks a number against inclusive limits.</summary>
    public int Number(uint value, int low, int high, string what)
    {
        if (value < low || value > high)
        {
            ProtocolException.Throw($"{message}: {what} is {value}, not {low} to {high}");
        }

        return (int)value;
    }

    /// <summary>Checks a count of things that follow against its limit, and against the bytes that are there: nothing is allocated for what did not come.</summary>
    /// <param name="value">The count.</param>
    /// <param name="low">The smallest count.</param>
    /// <param name="high">The largest count.</param>
    /// <param name="size">The smallest size of one in bytes.</param>
    /// <param name="what">The name in messages.</param>
    public int Count(uint value, int low, int high, int size, string what)
    {
        var count = Number(value, low, high, what);
        if ((long)count * size > _rest.Length)
        {
            ProtocolException.Throw($"{message}: {what} is {count}, and {_rest.Length} bytes follow");
        }

        return count;
    }

    /// <summary>Reads a member of an enumeration with consecutive numbers.</summary>
    public byte Choice(byte low, byte high, string what) => (byte)Number(U8(), low, high, what);

    public byte[] Bytes(int count) => Take(count).ToArray();

    /// <summary>The remaining bytes.</summary>
    public byte[] Rest() => Bytes(_rest.Length);

    /// <summary>u32 length, then that many bytes.</summary>
    public string Text(int limit = Limits.MaxText)
    {
        var length = U32();
        if (length > limit)
        {
            ProtocolException.Throw($"{message}: a text of {length} bytes, more than {limit}");
        }

        return RawText.Decode(Take((int)length));
    }

    public readonly void End()
    {
        if (!_rest.IsEmpty)
        {
            ProtocolException.Throw($"{message}: {_rest.Length} bytes too many");
        }
    }

    private ReadOnlySpan<byte> Take(int count)
    {
        if (_rest.Length < count)
        {
            ProtocolException.Throw($"{message}: cut short");
        }

        var taken = _rest[..count];
        _rest = _rest[count..];
        return taken;
    }
}
