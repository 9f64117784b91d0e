using System.Buffers;

namespace Pipe.Archives;

/// <summary>tar: v7, ustar, pax, GNU, star; one or several consecutive archives.</summary>
internal sealed class TarFormat(IndexWriter index) : ArchiveFormat(index)
{
    private const int Block = TarHeader.Size;
    private readonly TarExtension _extension = new();
    private Awaited _awaited;

    /// <summary>Offset of the first header of the next member, if one has been seen.</summary>
    private long? _front;

    private byte _type;
    private long _stored;
    private long? _real;
    private long _recordsEnd;
    private bool _isPax;
    private bool _isEnded;

    private enum Awaited
    {
        Header,
        LongName,
        Record,
        SparseMap,
        Doubtful,
    }

    public override Window Take(long at, ReadOnlySpan<byte> bytes) => _awaited switch
    {
        Awaited.LongName => TakeLongName(at, bytes),
        Awaited.Record => TakeRecord(at, bytes),
        Awaited.SparseMap => TakeSparseMap(at, bytes),
        Awaited.Doubtful => TakeDoubtful(at, bytes),
        _ => TakeHeader(at, bytes),
    };

    public override void End(long length, ReadOnlySpan<byte> rest)
    {
        if (_awaited == Awaited.Doubtful && rest.IsEmpty)
        {
            Enter(0);
        }

        ReleaseAtEnd(length);
        if (_awaited != Awaited.Header || _front != null || !TarHeader.IsZero(rest))
        {
            throw new IndexException("the stream ends inside a header");
        }

        if (!_isEnded)
        {
            throw new IndexException("the stream ends without the end mark of a tar");
        }
    }

    private Window TakeHeader(long at, ReadOnlySpan<byte> block)
    {
        Release();
        if (TarHeader.IsZero(block))
        {
            return TakeZeros(at);
        }

        if (!TarHeader.IsOne(block))
        {
            throw new IndexException(_isEnded ? "the data after the end of the archive is not tar" : "no tar header, or a damaged one");
        }

        var header = new TarHeader(block);
        _isEnded = false;
        _front ??= at;
        _type = header.Type;
        return _type switch
        {
            (byte)'L' or (byte)'K' => AwaitLongName(at + Block, header.DataSize),
            (byte)'x' or (byte)'X' => AwaitRecords(at + Block, header.DataSize),
            // A global header does not affect the position of members.
            (byte)'g' => AwaitHeader(EndOf(at + Block, header.DataSize, Block)),
            _ => TakeMember(at, header),
        };
    }

    private Window AwaitHeader(long at)
    {
        _awaited = Awaited.Header;
        return new Window(at, Block);
    }

    /// <summary>Two blocks of zeros end an archive; another may follow.</summary>
    private Window TakeZeros(long at)
    {
        (_isEnded, _isPax, _front) = (true, false, null);
        _extension.Clear();
        Index.Cover(at + Block);
        return AwaitHeader(at + Block);
    }

    private Window AwaitLongName(long at, long size)
    {
        _awaited = Awaited.LongName;
        return new Window(at, NameLength(size));
    }

    private Window TakeLongName(long at, ReadOnlySpan<byte> bytes)
    {
        if (_type == 'L')
        {
            _extension.SetLongName(bytes);
        }
        else
        {
            _extension.SetLongTarget(bytes);
        }

        return AwaitHeader(EndOf(at, bytes.Length, Block));
    }

    private Window AwaitRecords(long at, long size)
    {
        _isPax = true;
        _stored = EndOf(at, size, Block);
        _recordsEnd = at + size;
        return AwaitRecord(at);
    }

    private Window AwaitRecord(long at)
    {
        if (at >= _recordsEnd)
        {
            return AwaitHeader(_stored);
        }

        _awaited = Awaited.Record;
        return new Window(at, (int)Math.Min(TarExtension.RecordStart, _recordsEnd - at));
    }

    /// <summary>Skips an irrelevant value without buffering it, however long it is.</summary>
    private Window TakeRecord(long at, ReadOnlySpan<byte> bytes)
    {
        var length = TarExtension.LengthOf(bytes, _recordsEnd - at, out var isWanted);
        if (isWanted && length > bytes.Length)
        {
            return new Window(at, NameLength(length));
        }

        if (isWanted)
        {
            _extension.Add(bytes[..length]);
        }

        return AwaitRecord(at + length);
    }

    private Window TakeMember(long at, TarHeader header)
    {
        Member.Begin(KindOf(header), _front ?? at);
        Member.Data = at + Block;
        SetNames(header);
        _stored = _extension.Size ?? header.DataSize;
        _real = _type == 'S' ? header.RealSize : _extension.RealSize;
        if (_type == 'S' && header.IsExtended)
        {
            _awaited = Awaited.SparseMap;
            return new Window(Member.Data, Block);
        }

        if (IsDoubtful(header))
        {
            _awaited = Awaited.Doubtful;
            return new Window(Member.Data, Block);
        }

        return Enter(_stored);
    }

    private void SetNames(TarHeader header)
    {
        if (_extension.HasName)
        {
            Member.Name.Write(_extension.Name);
        }
        else
        {
            if (!header.Prefix.IsEmpty)
            {
                Member.Name.Write(header.Prefix);
                Member.Name.Write("/"u8);
            }

            Member.Name.Write(header.Name);
        }

        if (Member.Kind is MemberKind.HardLink or MemberKind.SymbolicLink)
        {
            Member.Target.Write(_extension.HasTarget ? _extension.Target : header.Target);
        }
        else if (Member.Kind == MemberKind.File && Member.Name.WrittenSpan.EndsWith("/"u8))
        {
            Member.Kind = MemberKind.Directory; // as in v7
        }
    }

    private Window TakeSparseMap(long at, ReadOnlySpan<byte> block)
    {
        const int isExtended = 504;
        Member.Data = at + Block;
        return block[isExtended] != 0 ? new Window(at + Block, Block) : Enter(_stored);
    }

    /// <summary>
    /// A member without data may still state a size, that of the file it links to. Only pax has hard links with data, and the header does not show
    /// which case it is (libarchive decides in the same way).
    /// </summary>
    private bool IsDoubtful(TarHeader header) => _stored > 0 && Member.Kind switch
    {
        MemberKind.HardLink => !_isPax || !header.IsUstar,
        MemberKind.SymbolicLink or MemberKind.CharacterDevice or MemberKind.BlockDevice or MemberKind.Fifo => true,
        MemberKind.Directory => _type == '5',
        _ => false,
    };

    private Window TakeDoubtful(long at, ReadOnlySpan<byte> block)
    {
        if (TarHeader.IsZero(block) || TarHeader.IsOne(block))
        {
            Enter(0);
            return TakeHeader(at, block);
        }

        return Enter(_stored);
    }

    /// <summary>Called after all headers of the member; its data follow.</summary>
    private Window Enter(long stored)
    {
        Member.Real = _real ?? stored;
        Hold(stored, Block);
        _extension.Clear();
        _front = null;
        return AwaitHeader(Member.End);
    }

    private MemberKind KindOf(TarHeader header) => header.Type switch
    {
        0 or (byte)'0' or (byte)'7' => _extension.RealSize == null ? MemberKind.File : MemberKind.Sparse,
        (byte)'1' => MemberKind.HardLink,
        (byte)'2' => MemberKind.SymbolicLink,
        (byte)'3' => MemberKind.CharacterDevice,
        (byte)'4' => MemberKind.BlockDevice,
        (byte)'5' or (byte)'D' => MemberKind.Directory,
        (byte)'6' => MemberKind.Fifo,
        (byte)'S' => MemberKind.Sparse,
        (byte)'M' => MemberKind.Continuation,
        (byte)'V' => MemberKind.Label,
        _ => MemberKind.Other,
    };
}
