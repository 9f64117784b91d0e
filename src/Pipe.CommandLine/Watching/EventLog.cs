using System.Collections.Concurrent;
using Pipe.Engine;

namespace Pipe.CommandLine;

/// <summary>
/// Writes events on its own thread, so that a slow, stuck or dead reader cannot delay the copy. If the reader falls too far behind, the
/// log ends with one warning. Safe from any thread.
/// </summary>
internal sealed class EventLog : IDisposable
{
    private const int ManyWaiting = 100;
    private const int MaxWaiting = 1000;
    private static readonly TimeSpan WaitLimit = TimeSpan.FromSeconds(2);

    private readonly Lock _lock = new();
    private readonly BlockingCollection<byte[]> _waiting = new(MaxWaiting);
    private readonly TaskCompletionSource _opened = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Action<string> _warn;
    private readonly Thread _writer;
    private bool _closed;
    private bool _started;
    private bool _warned;

    /// <param name="open">May block, as opening a fifo does; a <see cref="Failure"/> within <see cref="WaitLimit"/> is thrown here.</param>
    /// <param name="warn">Called once with the cause if events end before the run does.</param>
    public EventLog(Func<Outlet> open, Action<string> warn)
    {
        _warn = warn;
        _writer = new Thread(() => Write(open)) { IsBackground = true, Name = "events" };
        _writer.Start();
        WaitUntilOpen();
    }

    /// <summary>Opens the log that --events names; null if the option was not given.</summary>
    /// <param name="target">A file or a descriptor; empty for none.</param>
    /// <param name="taken">The descriptor that carries the data; -1 if there is none.</param>
    /// <param name="warn">Called once with the cause if events end before the run does.</param>
    /// <exception cref="Failure">The target cannot be opened.</exception>
    public static EventLog? Of(string target, int taken, Action<string> warn) =>
        target.Length > 0 ? new EventLog(() => EventTarget.Open(target, taken), warn) : null;

    /// <summary>Whether many lines wait for the reader, so that a progress event should be skipped.</summary>
    public bool IsBehind => _waiting.Count > ManyWaiting;

    public void Add(JsonLine line) => Add(line, isLast: false);

    /// <summary>Adds the last event and waits, up to <see cref="WaitLimit"/>, until all are written. Later events are dropped.</summary>
    public void Finish(JsonLine verdict)
    {
        if (Add(verdict, isLast: true) && !_writer.Join(WaitLimit))
        {
            TurnOff("events: the reader has stopped reading; the last events are lost");
        }
    }

    public void Dispose()
    {
        // A stuck writer still uses the queue; the process ends soon anyway.
        if (_writer.Join(TimeSpan.Zero))
        {
            _waiting.Dispose();
        }
    }

    private void WaitUntilOpen()
    {
        Task.WaitAny([_opened.Task], WaitLimit);
        lock (_lock)
        {
            _started = true;
            if (_opened.Task.IsFaulted)
            {
                _opened.Task.GetAwaiter().GetResult();
            }
        }
    }

    /// <summary>False if events are off, or this call turned them off because the queue is full.</summary>
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

        TurnOff("events: the reader has stopped reading; no more events are written");
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

    /// <summary>Passes the failure to the constructor, if that still waits.</summary>
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
