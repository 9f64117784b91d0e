using System.Threading.Channels;
using Pipe.Protocol;

namespace Pipe.Engine;

/// <summary>The events of a session in the order in which they came. Anybody posts, one reads.</summary>
internal sealed class Mailbox
{
    private const int MessagesAtMost = 64;

    /// <summary>Two texts and what stands around them.</summary>
    private const int LargestMessage = 2 * Limits.MaxText + 1024;

    private readonly Channel<SessionEvent> _events = Channel.CreateUnbounded<SessionEvent>(new UnboundedChannelOptions { SingleReader = true });
    private int _messages;

    public void Post(SessionEvent what) => _events.Writer.TryWrite(what);

    /// <summary>Posts a message of the peer; refuses a peer that says more than anybody could answer.</summary>
    public void Post(MessageType type, ReadOnlySpan<byte> payload)
    {
        if (payload.Length > LargestMessage)
        {
            ProtocolException.Throw($"a message of {payload.Length} bytes, more than any has");
        }

        if (Interlocked.Increment(ref _messages) > MessagesAtMost)
        {
            ProtocolException.Throw($"more than {MessagesAtMost} messages at a time");
        }

        Post(new SessionEvent.Received(type, payload.ToArray()));
    }

    public async ValueTask<SessionEvent> TakeAsync()
    {
        var what = await _events.Reader.ReadAsync();
        if (what is SessionEvent.Received)
        {
            Interlocked.Decrement(ref _messages);
        }

        return what;
    }
}
