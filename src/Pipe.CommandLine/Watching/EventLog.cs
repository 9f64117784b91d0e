using System.Collections.Concurrent;
using Pipe.Engine;

namespace Pipe.CommandLine;

/// <summary>
/// Writes events on a thread of its own, so that a reader who is slow, stuck or gone cannot hold up the copy: what he
/// does not take is dropped, with one warning. Safe from any thread.
/// </summary>
internal sealed class EventLog : IDisposable
{
    private const int ManyWaiting = 100;
    private const int MostWaiting = 1000;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);

    private readonly Lock _lock = new();
    private readonly BlockingCollection<byte[]> _waiting = new(MostWaiting);
    private readonly TaskCompletionSource _opened = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Action<string> _warn;
    private readonly Thread _writer;
    private bool _closed;
    private bool _started;
    private bool _warned;

    /// <param name="open">May block, as opening a fifo does; a <see cref="Failure"/> within <see cref="Patience"/> is thrown here.</param>
    /// <param name="warn">Told once why events end before the run does.</param>
    public EventLog(Func<Outlet> open, Action<string> warn)
    {
        _warn = warn;
        _writer = new Thread(() => Write(open)) { IsBackground = true, Name = "events" };
        _writer.Start();
        WaitUntilOpen();
    }

    /// <summary>Many lines wait for the reader: one more about the progress is not worth writing.</summary>
    public bool IsBehind => _waiting.Count > ManyWaiting;

    public void Add(JsonLine line) => Add(line, isLast: false);

    /// <summary>Adds the last event and waits, not for ever, until all are written. Later ones are dropped.</summary>
    public void Finish(JsonLine verdict)
    {
        if (Add(verdict, isLast: true) && !_writer.Join(Patience))
        {
            TurnOff("events: the reader has stopped reading, the last ones are lost");
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

    private void WaitUntilOpen()
    {
        Task.WaitAny([_opened.Task], Patience);
        lock (_lock)
        {
            _started = true;
            if (_opened.Task.IsFaulted)
            {
                _opened.Task.GetAwaiter().GetResult();
            }
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

            if (_waiting.TryAdd(line.ToBytes()))
            {
                if (isLast)
                {
                    Close();
                }

                return true;
            }
        }

        TurnOff("events: the reader has stopped reading, no more are written");
        return false;
    }

    private void Write(Func<Outlet> open)
    {
        try
        {
            var write = open();
            _opened.SetResult();
            foreach (var line in _waiting.GetConsumingEnumerable())
            {
                write(line);
            }
        }
        catch (Failure e)
        {
            if (!IsTakenByStart(e))
            {
                TurnOff(e.Message);
            }
        }
        catch (IOException e)
        {
            TurnOff($"events: {e.Message}");
        }
    }

    /// <summary>Hands the failure to the constructor, if that still waits.</summary>
    private bool IsTakenByStart(Failure e)
    {
        lock (_lock)
        {
            return !_started && _opened.TrySetException(e);
        }
    }

    private void TurnOff(string cause)
    {
        lock (_lock)
        {
            Close();
            if (_warned)
            {
                return;
            }

            _warned = true;
        }

        _warn(cause);
    }

    private void Close()
    {
        _closed = true;
        _waiting.CompleteAdding();
    }
}
