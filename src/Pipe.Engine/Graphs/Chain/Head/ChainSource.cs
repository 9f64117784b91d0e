using Pipe.Linux;
using Pipe.Protocol;

namespace Pipe.Engine;

/// <summary>
/// The source of a chain: reads it once, front to back, a little ahead of the node that has taken most, and makes its blocks available for the links.
/// A block of zeros becomes a hole. A block that has left the memory is read again, from the source or from the spill file, and must have the digest of
/// the first read.
/// </summary>
internal sealed class ChainSource : IDisposable
{
    private const int Ahead = 16;
    private readonly ISource _source;
    private readonly IRangeSource? _range;
    private readonly ChainSpill? _spill;
    private readonly SlabPool _slabs;
    private readonly Action<Exception> _failed;
    private readonly Action<End> _ended;
    private readonly ManualResetEventSlim _over = new();
    private ulong _count;
    private ulong _root;
    private long _read;

    /// <param name="source">Owned by this object from here on.</param>
    /// <param name="digest">The kind of the blocks' digests.</param>
    /// <param name="terms">The settings.</param>
    /// <param name="failed">Called if the source cannot be read.</param>
    /// <param name="ended">Called with the totals.</param>
    public ChainSource(ISource source, DigestKind digest, ChainTerms terms, Action<Exception> failed, Action<End> ended)
    {
        (_source, _range, _failed, _ended) = (source, source as IRangeSource, failed, ended);
        _spill = _range is null ? new ChainSpill() : null;
        _slabs = new SlabPool((int)Math.Clamp(terms.Memory / terms.Block, 2 * Ahead, int.MaxValue), terms.Block);
        Blocks = new ChainBlocks(terms.Block, digest, _slabs, reserve: 2)
        {
            Reader = (IBlockReader?)_spill ?? new Again(_range!),
            Differs = offset => new Failure(ExitCode.Objects, $"the source changed while it was copied: the block at {offset} was read for the second time"),
        };
    }

    public ChainBlocks Blocks { get; }

    /// <summary>Bytes read so far.</summary>
    public long Read => Interlocked.Read(ref _read);

    /// <summary>When the first byte was read, as a timestamp; 0 before.</summary>
    public long Began { get; private set; }

    public void Start() => DataThread.Start("read", () =>
    {
        try
        {
            ReadAll();
        }
        catch (Exception e)
        {
            _failed(e is IOException io ? Failure.Of(io) : e);
        }

        _over.Set();
    });

    /// <summary>Stops the reader.</summary>
    public void Dispose()
    {
        Blocks.Close();
        _slabs.Dispose();
        _source.Abort();
        _over.Wait(TimeSpan.FromSeconds(2));
        _source.Dispose();
        _spill?.Dispose();
        _over.Dispose();
    }

    private void ReadAll()
    {
        for (var number = 0L; Blocks.AwaitWanted(number, Ahead); number++)
        {
            Began = Began == 0 ? RunClock.Timestamp : Began;
            if (!TryRead(number))
            {
                _source.Finish();
                Blocks.End(Read);
                _ended(new End(Read, _count, _root));
                return;
            }
        }
    }

    /// <summary>Reads the next block; false at the end.</summary>
    private bool TryRead(long number)
    {
        var offset = number * Blocks.Block;
        if (_slabs.Rent() is not { } slab)
        {
            return false;
        }

        var (length, isHole) = Fill(slab, offset);
        if (length == 0)
        {
            slab.Return();
            return false;
        }

        var bytes = slab.Payload[..length];
        isHole = isHole || !bytes.ContainsAnyExcept((byte)0);
        Add(number, slab, isHole ? BlockHeader.Hole(offset, length, (ulong)number)
            : BlockHeader.Data(offset, length, (ulong)number, Digest.Of(Blocks.DigestKind, bytes, offset)));
        return true;
    }

    private void Add(long number, Slab slab, in BlockHeader header)
    {
        var isHole = header.Type == BlockType.Hole;
        _spill?.Write(slab.Payload[..(int)header.Span], header.Offset);
        _count++;
        _root += header.Fingerprint;
        if (header.Span < Blocks.Block)
        {
            Blocks.End(header.Offset + header.Span);
        }

        Blocks.TryClaim(number);
        Blocks.Arrive(number, isHole ? null : slab, header.Digest);
        Blocks.Store(number, header.Span);
        Interlocked.Add(ref _read, header.Span);
        if (isHole)
        {
            slab.Return();
        }
    }

    private (int Length, bool IsHole) Fill(Slab slab, long offset)
    {
        if (_range is null)
        {
            return (FillFromStream((IStreamSource)_source, slab.Payload[..Blocks.Block]), false);
        }

        var length = (int)Math.Clamp(_range.Size - offset, 0, Blocks.Block);
        if (length == 0 || _range.NextData(offset) >= offset + length)
        {
            return (length, true);
        }

        _range.Read(slab.Payload[..length], offset);
        return (length, false);
    }

    private static int FillFromStream(IStreamSource source, Span<byte> bytes)
    {
        var done = 0;
        for (int count; done < bytes.Length && (count = source.Read(bytes[done..])) > 0;)
        {
            done += count;
        }

        return done;
    }

    private sealed class Again(IRangeSource source) : IBlockReader
    {
        public void Read(Span<byte> buffer, long offset) => source.Read(buffer, offset);
    }
}
