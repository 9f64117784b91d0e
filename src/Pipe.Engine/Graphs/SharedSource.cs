using Pipe.Linux;
using Pipe.Protocol;

namespace Pipe.Engine;

/// <summary>A source that is read once for several copies. Each copy gets a branch, which may end without affecting the others.</summary>
internal sealed class SharedSource : IDisposable
{
    private readonly IStreamSource _source;
    private readonly DigestKind _digest;
    private readonly SharedBlocks _blocks;
    private readonly SharedBranch[] _branches;
    private readonly Lazy<Exception?> _end;
    private readonly Lock _starting = new();
    private long _read;
    private int _reading;
    private bool _isStarted;

    /// <param name="source">Owned by this object from here on.</param>
    /// <param name="tallies">The counters of each copy.</param>
    /// <param name="digest">The digest of a block.</param>
    /// <param name="memory">Maximum bytes of kept blocks.</param>
    /// <param name="slow">The policy for a copy that lags.</param>
    public SharedSource(IStreamSource source, IReadOnlyList<Tally> tallies, DigestKind digest, long memory, SlowPolicy slow)
    {
        _source = source;

        // Needed in any case to verify blocks that are read again.
        _digest = digest == DigestKind.None ? DigestKind.XxHash3 : digest;
        _reading = source.Readers;
        _end = new Lazy<Exception?>(Finish);
        _blocks = new SharedBlocks(tallies.Count, Defaults.Block, memory, source.Readers, slow)
        {
            RecipeOf = block => source.RecipeOf(block.Slab!.Payload[..block.Length], block.Offset),
        };
        _branches = [.. tallies.Select((tally, number) => new SharedBranch(this, number, tally))];
        _blocks.Dropped += (branch, cause) => _branches[branch].Fail(new Failure(ExitCode.Objects, cause));
    }

    public IReadOnlyList<SharedBranch> Branches => _branches;

    public IStreamSource Source => _source;

    public void Dispose()
    {
        _blocks.Dispose();
        _source.Abort();
        _source.Dispose();
    }

    /// <summary>Called when a copy is ready to send: the first one starts the readers.</summary>
    internal SharedOutbox MakeOutbox(int branch, int window, Tally tally)
    {
        var outbox = new SharedOutbox(_blocks, branch, _digest, window, tally);
        lock (_starting)
        {
            for (var reader = 0; reader < _source.Readers && !_isStarted; reader++)
            {
                DataThread.Start("read", ReadAll);
            }

            _isStarted = true;
        }

        return outbox;
    }

    /// <summary>Throws unless the source has ended without error.</summary>
    internal void ThrowAtEnd()
    {
        if (_end.Value is { } fault)
        {
            throw fault;
        }
    }

    internal void Leave(int branch) => _blocks.Leave(branch);

    private Exception? Finish()
    {
        try
        {
            _source.Finish();
            return null;
        }
        catch (Exception e)
        {
            return e;
        }
    }

    private void ReadAll()
    {
        try
        {
            while (_blocks.Rent() is { } slab && TryRead(slab))
            {
                // TryRead publishes the block.
            }

            if (Interlocked.Decrement(ref _reading) == 0)
            {
                _blocks.End();
            }
        }
        catch (Exception e)
        {
            // No copy can continue without its source.
            Array.ForEach(_branches, branch => branch.Fail(e));
        }
    }

    /// <summary>Reads and publishes a block; false at the end.</summary>
    private bool TryRead(Slab slab)
    {
        var length = 0;
        try
        {
            length = Fill(slab);
        }
        finally
        {
            if (length == 0)
            {
                _blocks.GiveBack(slab);
            }
        }

        if (length > 0)
        {
            Publish(slab, length);
        }

        return length > 0;
    }

    private void Publish(Slab slab, int length)
    {
        var bytes = slab.Payload[..length];
        var block = _blocks.Add(slab, length);
        block.Digest = Digest.Of(_digest, bytes, block.Offset);
        block.Weight = _source.Weigh(bytes);
        _blocks.Publish(block);
    }

    /// <summary>Reads the available bytes, waiting at most once. Blocks that may still fit into the control channel are not filled beyond its limit.</summary>
    private int Fill(Slab slab)
    {
        var inline = Limits.InlineBytes - Volatile.Read(ref _read);
        var room = inline >= _source.LeastRoom ? (int)Math.Min(slab.Capacity, inline) : slab.Capacity;
        var length = 0;
        do
        {
            var count = _source.Read(slab.Payload[length..room]);
            if (count == 0)
            {
                break;
            }

            length += count;
        }
        while (length < room && _source.HasMore());
        Interlocked.Add(ref _read, length);
        return length;
    }
}
