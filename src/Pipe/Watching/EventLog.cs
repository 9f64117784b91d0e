using System.Collections.Concurrent;
using Pipe.Engine;

namespace Pipe;

/// <summary>
/// Writes events on a thread of its own, so that a reader who is slow, stuck or gone cannot hold up the copy: what he
/// does not take is dropped, with one warning. Safe from any thread.
/// </summary>
internal sealed class EventLog : IDisposable
{
    private const int MostWaiting = 1000;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);

    private readonly Lock _lock = new();
    private readonly BlockingCollection<byte[]> _waiting = new(MostWaiting);
    private readonly TaskCompletionSource _opened = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Action<string> _warn;
    private readonly Thread _writer;
    private bool _closed;

    /// <param name="open">May block, as opening a fifo does; a <see cref="Failure"/> within <see cref="Patience"/> is thrown here.</param>
    /// <param name="warn">Told once why events end before the run does.</param>
    public EventLog(Func<Stream> open, Action<string> warn)
    {
        _warn = warn;
        _writer = new Thread(() => Write(open)) { IsBackground = true, Name = "events" };
        _writer.Start();
        Task.WaitAny([_opened.Task], Patience);
        if (_opened.Task.IsFaulted)
        {
            _opened.Task.GetAwaiter().GetResult();
        }
    }

    /// <summary>True if everything so far has been taken; a new progress line is then worth writing.</summary>
    public bool IsIdle => _waiting.Count == 0;

    public void Add(JsonLine line) => Add(line, isLast: false);

    /// <summary>Adds the last event and waits, not for ever, until all are written. Later ones are dropped.</summary>
    public void Finish(JsonLine verdict)
    {
        if (Add(verdict, isLast: true) && !_writer.Join(Patience))
        {
            _warn("events: the reader does not read, the last ones are lost");
        }
    }

    public void Dispose()
    {
        // A writer that is stuck still holds the queue; the process ends soon.
        if (_writer.Join(TimeSpan.Zero))
        {
            _waiting.Dispose();
        }
    }

    /// <summary>False if events are off, or are turned off because nobody reads them.</summary>
    private bool Add(JsonLine line, bool isLast)
    {
        lock (_lock)
        {
            if (_closed)
            {
                return false;
            }

            var taken = _waiting.TryAdd(line.ToBytes());
            if (taken && !isLast)
            {
                return true;
            }

            _closed = true;
            _waiting.CompleteAdding();
            if (taken)
            {
                return true;
            }
        }

        _warn("events: the reader does not read, no more are written");
        return false;
    }

    private void Write(Func<Stream> open)
    {
        try
        {
            var stream = open();
            _opened.SetResult();
            foreach (var line in _waiting.GetConsumingEnumerable())
            {
                stream.Write(line);
            }
        }
        catch (Failure e)
        {
            _opened.SetException(e);
            TurnOff(e.Message);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            TurnOff($"events: {e.Message.ToLowerInvariant()}");
        }
    }

    private void TurnOff(string cause)
    {
        lock (_lock)
        {
            if (!_closed)
            {
                _closed = true;
                _waiting.CompleteAdding();
            }
        }

        _warn(cause);
    }
}
