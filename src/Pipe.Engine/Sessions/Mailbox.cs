using System.Threading.Channels;

namespace Pipe.Engine;

/// <summary>The events of a session in the order in which they came. Anybody posts, one reads.</summary>
internal sealed class Mailbox
{
    private readonly Channel<SessionEvent> _events = Channel.CreateUnbounded<SessionEvent>(new UnboundedChannelOptions { SingleReader = true });

    public void Post(SessionEvent what) => _events.Writer.TryWrite(what);

    public ValueTask<SessionEvent> TakeAsync() => _events.Reader.ReadAsync();
}
