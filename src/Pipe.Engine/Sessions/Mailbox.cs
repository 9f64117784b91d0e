using Pipe.Protocol;

namespace Pipe.Engine;

/// <summary>The events of a session in order of arrival. Any thread posts, one reads.</summary>
internal sealed class Mailbox
{
    private const int MessagesAtMost = 64;

    /// <summary>Room for two texts and the other fields.</summary>
    private const int LargestMessage = 2 * Limits.MaxText + 1024;

    // Guards all fields below; pulsed when there is room again.
    private readonly object _lock = new();
    private readonly Queue<SessionEvent> _events = new();
    private readonly Queue<SessionEvent> _putBack = new();
    private TaskCompletionSource<SessionEvent>? _reader;
    private TaskCompletionSource? _ending;
    private int _messages;
    private bool _isClosed;

    public void Post(SessionEvent what)
    {
        lock (_lock)
        {
            if (!_isClosed)
            {
                Deliver(what);
                return;
            }
        }

        Discard(what);
    }

    public void PostLater(TimeSpan delay, SessionEvent what) => Task.Delay(delay).ContinueWith(_ => Post(what), TaskScheduler.Default);

    /// <summary>Posts a message of the peer; refuses a peer that sends more than this side can answer.</summary>
    public void Post(MessageType type, ReadOnlySpan<byte> payload)
    {
        if (payload.Length > LargestMessage)
        {
            ProtocolException.Throw($"a message of {payload.Length} bytes, more than any has");
        }

        lock (_lock)
        {
            // Messages of unlimited number wait until there is room, which blocks the channel.
            while (type is MessageType.Have or MessageType.HaveRanges or MessageType.Demand or MessageType.Held && !_isClosed && _messages > MessagesAtMost / 2)
            {
                Monitor.Wait(_lock);
            }

            if (++_messages > MessagesAtMost)
            {
                ProtocolException.Throw($"more than {MessagesAtMost} messages at a time");
            }
        }

        Post(new SessionEvent.Received(type, payload.ToArray()));
    }

    /// <summary>Ends the session: connections that arrive later are closed.</summary>
    public void Close()
    {
        lock (_lock)
        {
            _isClosed = true;
            Monitor.PulseAll(_lock);
            _ending?.TrySetResult();
            _reader?.TrySetException(Over());
        }

        while (_putBack.TryDequeue(out var what) || _events.TryDequeue(out what))
        {
            Discard(what);
        }
    }

    /// <summary>For the reader: puts events that it took too early back, before all others.</summary>
    public void PutBack(IEnumerable<SessionEvent> taken)
    {
        lock (_lock)
        {
            foreach (var what in taken)
            {
                _putBack.Enqueue(what);
            }
        }
    }

    /// <summary>Waits for the next event.</summary>
    public ValueTask<SessionEvent> TakeAsync()
    {
        lock (_lock)
        {
            if (_putBack.TryDequeue(out var what))
            {
                return new(what);
            }

            if (_events.TryDequeue(out what))
            {
                Leave(what);
                return new(what);
            }

            _reader = new(TaskCreationOptions.RunContinuationsAsynchronously);
            return _isClosed ? ValueTask.FromException<SessionEvent>(Over()) : new(_reader.Task);
        }
    }

    /// <summary>Waits until the end of the session is among the unread events.</summary>
    public Task EndsAsync()
    {
        lock (_lock)
        {
            _ending = new(TaskCreationOptions.RunContinuationsAsynchronously);
            if (_isClosed || _events.Any(IsEnd))
            {
                _ending.SetResult();
            }

            return _ending.Task;
        }
    }

    private static bool IsEnd(SessionEvent what) =>
        what is SessionEvent.Failed or SessionEvent.Refused or SessionEvent.ControlEnded or SessionEvent.Received(MessageType.Abort, _);

    /// <summary>Gives the event to the waiting reader, if there is one.</summary>
    private void Deliver(SessionEvent what)
    {
        if (_reader is { } reader)
        {
            _reader = null;
            Leave(what);
            reader.SetResult(what);
            return;
        }

        _events.Enqueue(what);
        if (IsEnd(what))
        {
            _ending?.TrySetResult();
        }
    }

    private void Leave(SessionEvent what)
    {
        if (what is SessionEvent.Received)
        {
            _messages--;
            Monitor.PulseAll(_lock);
        }
    }

    private static InvalidOperationException Over() => new("the session is over");

    private static void Discard(SessionEvent what)
    {
        switch (what)
        {
            case SessionEvent.Joined(var lane):
                lane.Dispose();
                break;
            case SessionEvent.Relinked(var link, var shell):
                link.Dispose();
                shell?.Dispose();
                break;
            default:
                break;
        }
    }
}
