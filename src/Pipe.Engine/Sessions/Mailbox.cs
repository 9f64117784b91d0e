using System.Threading.Channels;
using Pipe.Protocol;

namespace Pipe.Engine;

/// <summary>The events of a session in the order in which they came. Anybody posts, one reads.</summary>
internal sealed class Mailbox
{
    private const int MessagesAtMost = 64;

    /// <summary>Two texts and what stands around them.</summary>
    private const int LargestMessage = 2 * Limits.MaxText + 1024;

    private readonly Channel<SessionEvent> _events = Channel.CreateUnbounded<SessionEvent>();
    private readonly Queue<SessionEvent> _putBack = new();
    private readonly object _room = new();
    private int _messages;
    private bool _isClosed;

    public void Post(SessionEvent what)
    {
        if (!_events.Writer.TryWrite(what))
        {
            Discard(what);
        }
    }

    /// <summary>Posts a message of the peer; refuses a peer that says more than anybody could answer.</summary>
    public void Post(MessageType type, ReadOnlySpan<byte> payload)
    {
        if (payload.Length > LargestMessage)
        {
            ProtocolException.Throw($"a message of {payload.Length} bytes, more than any has");
        }

        if (type == MessageType.Have)
        {
            AwaitRoom();
        }

        if (Interlocked.Increment(ref _messages) > MessagesAtMost)
        {
            ProtocolException.Throw($"more than {MessagesAtMost} messages at a time");
        }

        Post(new SessionEvent.Received(type, payload.ToArray()));
    }

    /// <summary>The session is over: connections that came too late are closed.</summary>
    public void Close()
    {
        _events.Writer.TryComplete();
        lock (_room)
        {
            _isClosed = true;
            Monitor.PulseAll(_room);
        }

        while (_putBack.TryDequeue(out var what) || _events.Reader.TryRead(out what))
        {
            Discard(what);
        }
    }

    /// <summary>By the one who reads: what was taken too early comes again, in front of everything else.</summary>
    public void PutBack(IEnumerable<SessionEvent> taken)
    {
        foreach (var what in taken)
        {
            _putBack.Enqueue(what);
        }
    }

    public async ValueTask<SessionEvent> TakeAsync()
    {
        if (_putBack.TryDequeue(out var before))
        {
            return before;
        }

        var what = await _events.Reader.ReadAsync();
        if (what is SessionEvent.Received)
        {
            Interlocked.Decrement(ref _messages);
            lock (_room)
            {
                Monitor.PulseAll(_room);
            }
        }

        return what;
    }

    /// <summary>True once the next event is the end of the session, which nobody has taken yet; false when cancelled.</summary>
    public async Task<bool> EndsAsync(CancellationToken cancel)
    {
        try
        {
            await _events.Reader.WaitToReadAsync(cancel);
            return _events.Reader.TryPeek(out var what)
                && what is SessionEvent.Failed or SessionEvent.ControlEnded or SessionEvent.Received(MessageType.Abort, _);
        }
        catch (OperationCanceledException)
        {
            return false;
        }
    }

    /// <summary>What may come in any number waits until there is room: the channel holds the peer up.</summary>
    private void AwaitRoom()
    {
        lock (_room)
        {
            while (!_isClosed && Volatile.Read(ref _messages) > MessagesAtMost / 2)
            {
                Monitor.Wait(_room);
            }
        }
    }

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
