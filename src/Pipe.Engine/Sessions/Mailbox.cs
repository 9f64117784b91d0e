using Pipe.Protocol;

namespace Pipe.Engine;

/// <summary>The events of a session in the order in which they came. Anybody posts, one reads.</summary>
internal sealed class Mailbox
{
    private const int MessagesAtMost = 64;

    /// <summary>Two texts and what stands around them.</summary>
    private const int LargestMessage = 2 * Limits.MaxText + 1024;

    // Guards all that follows; pulsed where there is room again.
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

    /// <summary>Posts a message of the peer; refuses a peer that says more than anybody could answer.</summary>
    public void Post(MessageType type, ReadOnlySpan<byte> payload)
    {
        if (payload.Length > LargestMessage)
        {
            ProtocolException.Throw($"a message of {payload.Length} bytes, more than any has");
        }

        lock (_lock)
        {
            // What may come in any number waits until there is room: the channel holds the peer up.
            while (type is MessageType.Have or MessageType.HaveRanges or MessageType.Demand && !_isClosed && _messages > MessagesAtMost / 2)
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

    /// <summary>The session is over: connections that came too late are closed.</summary>
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

    /// <summary>By the one who reads: what was taken too early comes again, in front of everything else.</summary>
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

    /// <summary>Waits until the end of the session is among the events that nobody has taken yet.</summary>
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

    /// <summary>To the one who waits for it, if somebody does.</summary>
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
