namespace Pipe.Engine;

/// <summary>
/// Makes acknowledged writes durable: closes the transaction, syncs the destination, writes the regions of the closed transaction, syncs
/// the metadata. Callers that arrive during a commit share the next one. A failed sync is final: the kernel may have dropped the dirty
/// pages, and a second sync would succeed without them.
/// </summary>
/// <param name="gate">The lock of the map.</param>
/// <param name="map">The hydrated regions.</param>
/// <param name="destination">Stores the data.</param>
/// <param name="metadata">Stores the map.</param>
/// <param name="failed">Called once, with the first failure.</param>
internal sealed class Committer(object gate, HydrationMap map, IDisk destination, CloneMetadata metadata, Action<IOException> failed)
{
    private readonly object _turn = new();
    private long _begun;
    private long _ended;
    private bool _isRunning;
    private IOException? _failure;

    /// <summary>The time of the end of the last commit, from <see cref="Environment.TickCount64"/>.</summary>
    public long LastEnded { get; private set; } = Environment.TickCount64;

    /// <summary>Returns when everything written before the call is durable.</summary>
    /// <exception cref="IOException">A commit has failed; no later one can succeed.</exception>
    public void Run()
    {
        lock (_turn)
        {
            var wanted = _begun + 1;
            while (_ended < wanted)
            {
                if (_isRunning)
                {
                    Monitor.Wait(_turn);
                    continue;
                }

                Take();
            }

            if (_failure is not null)
            {
                throw new IOException(_failure.Message, _failure);
            }
        }
    }

    /// <summary>Runs one commit on this thread; releases the lock meanwhile.</summary>
    private void Take()
    {
        _isRunning = true;
        _begun++;
        Monitor.Exit(_turn);
        IOException? failure = null;
        try
        {
            if (_failure is null)
            {
                Commit();
            }
        }
        catch (IOException e)
        {
            failure = e;
        }
        finally
        {
            Monitor.Enter(_turn);
            _isRunning = false;
            _ended++;
            LastEnded = Environment.TickCount64;
            if (failure is not null && _failure is null)
            {
                _failure = failure;
                failed(failure);
            }

            Monitor.PulseAll(_turn);
        }
    }

    private void Commit()
    {
        HydrationMap.Transaction? closed;
        lock (gate)
        {
            closed = map.IsChanged ? map.Close() : null;
        }

        destination.Sync();
        if (closed is null)
        {
            return;
        }

        metadata.Write(map, closed);
        lock (gate)
        {
            map.Commit(closed);
        }
    }
}
