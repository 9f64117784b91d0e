using Pipe.Engine;
using Pipe.Protocol;

namespace Pipe.Nbd;

/// <summary>
/// The blocks of a source that read as zeros, as far as its server has described them: a connection of its own asks for the status of the
/// whole export, once ranges are wanted that no client waits for, so that the first read of a client goes first. Blocks not described yet
/// count as data. Thread-safe.
/// </summary>
internal sealed class NbdHoles
{
    private const long LeastBlock = 64 << 10;
    private const long MostBlocks = 1L << 26;

    /// <summary>Length of one status request: the most that NBD allows, rounded down to a multiple of any block size of a server.</summary>
    private const long Step = (1L << 32) - (32 << 20);

    /// <summary>The longest delay of the requests while no ranges are wanted.</summary>
    private const int PatienceMilliseconds = 500;

    private readonly CloneGeometry _blocks;
    private readonly RegionSet _zero;
    private readonly object _lock = new();
    private NbdClient? _client;
    private bool _isWanted;
    private bool _isClosed;

    public NbdHoles(long size)
    {
        var block = LeastBlock;
        while (size / block > MostBlocks)
        {
            block *= 2;
        }

        _blocks = new CloneGeometry(size, block);
        _zero = new RegionSet(_blocks.Regions);
    }

    /// <summary>Starts a thread that asks half a second later, or when <see cref="Want"/> is called.</summary>
    /// <param name="connect">Opens a connection for status requests; null if the server has none.</param>
    public void Start(Func<NbdClient?> connect) => DataThread.Start("holes", () => Run(connect));

    /// <summary>Asks now.</summary>
    public void Want()
    {
        if (!Volatile.Read(ref _isWanted))
        {
            lock (_lock)
            {
                _isWanted = true;
                Monitor.PulseAll(_lock);
            }
        }
    }

    public void Close()
    {
        lock (_lock)
        {
            _isClosed = true;
            Monitor.PulseAll(_lock);
            _client?.Shutdown();
        }
    }

    /// <summary>Returns whether the bytes at an offset are known to be zeros, and for how long this state holds within the range.</summary>
    public bool IsZero(long offset, long length, out long run)
    {
        var (first, end) = (_blocks.RegionOf(offset), _blocks.RegionOf(offset + length - 1) + 1);
        var isZero = _zero.Has(first);
        var next = isZero ? _zero.NextMissing(first, end) : _zero.NextPresent(first, end);
        run = Math.Min(length, _blocks.OffsetOf(next) - offset);
        return isZero;
    }

    /// <summary>Records a range of zeros. Blocks that are only partly inside are left out.</summary>
    public void Add(long offset, long length)
    {
        var (first, until) = (_blocks.FirstInside(offset), _blocks.EndInside(offset + length));
        lock (_lock)
        {
            _zero.AddRange(first, Math.Max(first, until));
        }
    }

    private void Run(Func<NbdClient?> connect)
    {
        try
        {
            AwaitTurn();
            using var client = connect();
            lock (_lock)
            {
                if (_isClosed || client is null)
                {
                    return;
                }

                _client = client;
            }

            Ask(client);
        }
        catch (Exception e) when (e is IOException or ProtocolException)
        {
            // The blocks that were not described are read.
        }

        lock (_lock)
        {
            _client = null;
        }
    }

    private void AwaitTurn()
    {
        var deadline = Deadline.After(PatienceMilliseconds);
        lock (_lock)
        {
            while (!_isWanted && !_isClosed && deadline.TryWait(_lock))
            {
                // Checked again after each pulse.
            }
        }
    }

    private void Ask(NbdClient client)
    {
        for (var offset = 0L; offset < _blocks.Size;)
        {
            var described = client.ReadStatus(offset, (uint)Math.Min(Step, _blocks.Size - offset), Take);
            if (described <= 0)
            {
                return;
            }

            offset += described;
        }
    }

    private void Take(long offset, long length, NbdAllocation status)
    {
        if (status.HasFlag(NbdAllocation.Zero))
        {
            Add(offset, Math.Min(length, _blocks.Size - offset));
        }
    }
}
