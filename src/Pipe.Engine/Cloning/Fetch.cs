using Pipe.Linux;

namespace Pipe.Engine;

/// <summary>The result of a fetch.</summary>
internal enum FetchResult
{
    Pending,

    /// <summary>The region is stored in the destination.</summary>
    Stored,

    /// <summary>The bytes are not stored: the destination is full or broken, the fetch was for a reader only, or a client has claimed the region.</summary>
    NotStored,

    /// <summary>The source cannot deliver the region.</summary>
    Failed,
}

/// <summary>A region in flight from the source. The fetch owns the bytes of the destination until it ends.</summary>
internal sealed class Fetch : Pending
{
    /// <summary>Size in bytes of the pieces of a region that readers can wait for separately.</summary>
    public const long Piece = 1 << 20;

    private int[] _missing = [];

    public long Region { get; private set; }

    /// <summary>Offset of the first byte: the start of the region, unless the fetch is for a single reader.</summary>
    public long Offset { get; private set; }

    public long Length { get; private set; }

    /// <summary>Number of bytes that have neither arrived nor failed.</summary>
    public long Missing { get; private set; }

    /// <summary>Number of threads storing bytes of the fetch. Guarded by the lock of the table.</summary>
    public int Writers { get; set; }

    /// <summary>Whether background hydration started the fetch.</summary>
    public bool IsBackground { get; private set; }

    /// <summary>The time of the request, from <see cref="Environment.TickCount64"/>.</summary>
    public long Since { get; private set; }

    public FetchResult Result { get; private set; }

    /// <summary>The reason why the source cannot deliver the region; empty if there was no failure.</summary>
    public string Cause { get; set; } = "";

    /// <summary>Whether no byte has arrived yet.</summary>
    public bool IsUntouched => Missing == Length && Writers == 0;

    /// <summary>The error of storing the bytes; null if there was none.</summary>
    public IOException? StoreFailure { get; set; }

    /// <summary>The reader's buffer that takes the bytes; null if the destination does.</summary>
    public Slab? Reader { get; private set; }

    private int _readerAt;

    public void Begin(long region, long offset, long length, bool isBackground)
    {
        Begin();
        (Region, Offset, Length, Missing, IsBackground, Since, Writers) = (region, offset, length, length, isBackground, Environment.TickCount64, 0);
        (Result, Cause, StoreFailure, Reader) = (FetchResult.Pending, "", null, null);
        var pieces = (int)((length + Piece - 1) / Piece);
        _missing = pieces == 1 ? [] : _missing.Length == pieces ? _missing : new int[pieces];
        for (var i = 0; i < _missing.Length; i++)
        {
            _missing[i] = (int)Math.Min(Piece, length - i * Piece);
        }
    }

    /// <summary>Directs the bytes to a reader's buffer instead of the destination.</summary>
    public void ReadInto(Slab slab, int at) => (Reader, _readerAt) = (slab, at);

    /// <summary>Copies data to the reader's buffer. Empty <paramref name="bytes"/> stand for zeros.</summary>
    public void Hand(long offset, ReadOnlySpan<byte> bytes, long length)
    {
        var to = Reader!.Payload.Slice((int)(_readerAt + offset - Offset), (int)length);
        if (bytes.IsEmpty)
        {
            to.Clear();
        }
        else
        {
            bytes.CopyTo(to);
        }
    }

    /// <summary>Records bytes that have been stored or have failed; true if they were the last. The caller holds the lock of the table.</summary>
    /// <param name="at">Offset from the start of the fetch.</param>
    /// <param name="count">Number of bytes.</param>
    public bool Take(long at, long count)
    {
        Missing -= count;
        for (var done = 0L; done < count && _missing.Length > 0;)
        {
            var piece = (int)((at + done) / Piece);
            var part = Math.Min(count - done, (piece + 1) * Piece - at - done);
            _missing[piece] -= (int)part;
            done += part;
        }

        return Missing == 0;
    }

    /// <summary>Wakes the readers that wait for pieces.</summary>
    public void Progress()
    {
        if (_missing.Length > 0)
        {
            Wake(isDone: false);
        }
    }

    public void End(FetchResult result)
    {
        Result = result;
        Wake(isDone: true);
    }

    protected override bool Has(int piece) => piece >= 0 && _missing.Length > piece && _missing[piece] == 0 && StoreFailure is null && Reader is null;
}
