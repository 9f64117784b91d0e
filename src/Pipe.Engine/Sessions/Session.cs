using Pipe.Protocol;

namespace Pipe.Engine;

/// <summary>
/// What both sides do once they have agreed: keep the lanes going, tell the ends of the copy from each other, and bring about the
/// verdict. All decisions are made here, one event after the other; data threads only post.
/// </summary>
/// <param name="mailbox">Events.</param>
/// <param name="peer">The other side.</param>
/// <param name="mover">This side's end of the blocks.</param>
/// <param name="route">How data connections come about.</param>
/// <param name="tally">Counters.</param>
/// <param name="observer">Who watches.</param>
internal sealed class Session(Mailbox mailbox, Peer peer, Mover mover, Route route, Tally tally, IObserver observer)
{
    /// <summary>Runs to the verdict and returns the size of the object. Throws what ended the copy.</summary>
    public async Task<long> RunAsync(ControlLane inline)
    {
        observer.Entered(Phase.Moving);
        mover.Add(inline);
        route.Start();
        while (true)
        {
            var what = await mailbox.TakeAsync();
            if (!route.Handle(what) && Handle(what) is { } size)
            {
                return size;
            }
        }
    }

    /// <summary>The size of the object if this event is the verdict.</summary>
    private long? Handle(SessionEvent what)
    {
        switch (what)
        {
            case SessionEvent.AllSent(var end):
                observer.Entered(Phase.Finishing);
                peer.Send(end);
                return null;
            case SessionEvent.Committed(var end):
                peer.Send(new Report(end.Size, (ulong)tally.Damaged));
                return end.Size;
            default:
                return Obey(peer.Admit(what));
        }
    }

    private long? Obey((MessageType? Type, byte[] Payload) message)
    {
        switch (message.Type)
        {
            case MessageType.Listening:
                route.Told(Listening.Read(message.Payload));
                return null;
            case MessageType.Widen:
                route.Told(Widen.Read(message.Payload));
                return null;
            case MessageType.End:
                observer.Entered(Phase.Finishing);
                mover.Expect(End.Read(message.Payload));
                return null;
            case MessageType.Report:
                return Report.Read(message.Payload).Size;
            default:
                return null;
        }
    }
}
