using Pipe.Linux;

namespace Pipe.Engine;

/// <summary>How a fetch ended.</summary>
internal enum FetchResult
{
    Pending,

    /// <summary>The region is in the destination.</summary>
    Stored,

    /// <summary>The bytes came, but they are not in the destination: it is full or broken, or a client has overwritten the region meanwhile.</summary>
    NotStored,

    /// <summary>The source cannot deliver it.</summary>
    Failed,
}

/// <summary>A region on its way from the source. Its destination bytes belong to the fetch until it has ended.</summary>
internal sealed class Fetch : Pending
{
    /// <summary>Parts of a region that readers wait for one by one.</summary>
    public const long Piece = 1 << 20;

    private int[] _missing = [];

    public long Region { get; private set; }

    /// <summary>Where the bytes begin: at the start of the region, unless they are for a reader alone.</summary>
    public long Offset { get; private set; }

    public long Length { get; private set; }

    /// <summary>Bytes that have not been dealt with.</summary>
    public long Missing { get; private set; }

    /// <summary>Threads that are writing bytes of it; under the lock of the table.</summary>
    public int Writers { get; set; }

    /// <summary>It was begun by the background and counts as that.</summary>
    public bool IsBackground { get; private set; }

    /// <summary>When it was asked for, by <see cref="Environment.TickCount64"/>.</summary>
    public long Since { get; private set; }

    public FetchResult Result { get; private set; }

    /// <summary>Why the source cannot deliver it; empty while it can.</summary>
    public string Cause { get; set; } = "";

    /// <summary>Nothing of it has come yet.</summary>
    public bool IsUntouched => Missing == Length && Writers == 0;

    /// <summary>Why bytes that came could not be stored.</summary>
    public IOException? StoreFailure { get; set; }

    /// <summary>The bytes go to a reader instead of the destination; null if they are stored.</summary>
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

    /// <summary>The bytes are for that reader alone.</summary>
    public void ReadInto(Slab slab, int at) => (Reader, _readerAt) = (slab, at);

    /// <summary>Gives bytes to the reader; zeros if there are none.</summary>
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

    /// <summary>Bytes of the region have been dealt with; true if they were the last. Under the lock of the table.</summary>
    /// <param name="at">Where in the region.</param>
    /// <param name="count">How many.</param>
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

    /// <summary>Wakes the readers of pieces.</summary>
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
