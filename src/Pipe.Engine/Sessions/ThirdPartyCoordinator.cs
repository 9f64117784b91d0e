using Pipe.Protocol;

namespace Pipe.Engine;

/// <summary>
/// Where the two sessions of a copy between two remote hosts meet. If one host can reach the other, data connections run directly between them and only
/// the messages of the two servers pass through here; otherwise the data pass through too, and each session runs as if its object were on this host.
/// </summary>
/// <param name="from">The plan of the session that reads.</param>
/// <param name="tally">Counts for both sessions.</param>
/// <param name="observer">Receives the chosen way, and the reason.</param>
internal sealed class ThirdPartyCoordinator(Plan from, Tally tally, IObserver observer)
{
    /// <summary>How long to wait for a small copy to finish before a direct connection is worth making.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(1);

    private readonly Lock _lock = new();
    private readonly TaskCompletionSource<ThirdPartyLeg> _source = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource<ThirdPartyLeg> _target = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource<bool> _isLittle = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private ThirdPartyTransfer? _direct;

    /// <summary>The only names that the target's host may accept; empty where names are trusted.</summary>
    public string Asked => from.TrustNames ? "" : string.Join('\0', from.There.Names.Select(name => name.Length == 0 ? "." : name));

    /// <summary>Set once both sessions have met: shared, because it holds the unanswered question.</summary>
    public InventoryForwarder? InventoryForwarder { get; private set; }

    /// <summary>Waits for the other leg and the decision; returns the direct copy of both legs, or null if the data pass through this host.</summary>
    public async Task<ThirdPartyTransfer?> MeetAsync(ThirdPartyLeg leg)
    {
        (leg.IsSource ? _source : _target).TrySetResult(leg);
        var (source, target) = (await _source.Task, await _target.Task);
        lock (_lock)
        {
            InventoryForwarder ??= new InventoryForwarder(source.Peer, target.Peer);
        }

        if (leg.IsSource)
        {
            _ = DecideAsync(source, target);
        }

        await ListenAsync(leg, InventoryForwarder);
        leg.Release();
        return _direct;
    }

    /// <summary>Fails both legs after one of them has failed.</summary>
    public void Fail(Failure failure)
    {
        foreach (var leg in (TaskCompletionSource<ThirdPartyLeg>[])[_source, _target])
        {
            if (!leg.TrySetException(failure) && leg.Task.IsCompletedSuccessfully)
            {
                leg.Task.Result.Fail(failure);
            }

            _ = leg.Task.Exception;
        }
    }

    /// <summary>Listens until the decision; holds back events that concern neither the decision nor the target's inventory.</summary>
    private async Task ListenAsync(ThirdPartyLeg leg, InventoryForwarder forwarder)
    {
        for (var what = await leg.Mailbox.TakeAsync(); what is not SessionEvent.Met; what = await leg.Mailbox.TakeAsync())
        {
            switch (what)
            {
                case SessionEvent.Received(MessageType.Want, var payload) when leg.IsSource:
                    leg.Peer.Admit(what);
                    forwarder.Ask(Want.Read(payload));
                    break;
                case SessionEvent.Received(MessageType.Have, var payload) when !leg.IsSource:
                    leg.Peer.Admit(what);
                    forwarder.Answer(Have.Read(payload));
                    break;
                case SessionEvent.Received(MessageType.Reached, var payload):
                    leg.Peer.Admit(what);
                    leg.Answer(Reached.Read(payload).Reason);
                    break;
                case SessionEvent.Received(not MessageType.Abort, _):
                    leg.Hold(what);
                    NoteDemand(what);
                    break;
                default:
                    leg.Peer.Admit(what);
                    break;
            }
        }
    }

    /// <summary>Notes whether the source wants data connections, or has sent everything without them.</summary>
    private void NoteDemand(SessionEvent what)
    {
        if (what is SessionEvent.Received(var type, _) && type is MessageType.End or MessageType.Widen)
        {
            _isLittle.TrySetResult(type == MessageType.End);
        }
    }

    private async Task DecideAsync(ThirdPartyLeg source, ThirdPartyLeg target)
    {
        try
        {
            _direct = await FindDirectAsync(source, target);
            source.Mailbox.Post(new SessionEvent.Met());
            target.Mailbox.Post(new SessionEvent.Met());
        }
        catch (Exception e)
        {
            source.Fail(e);
            target.Fail(e);
        }
    }

    /// <summary>Returns the copy between the two; null if it cannot be made, or is not worth it.</summary>
    private async Task<ThirdPartyTransfer?> FindDirectAsync(ThirdPartyLeg source, ThirdPartyLeg target)
    {
        if (from.TreeAction != TreeAction.Copy || !source.MayBeReached || !target.MayBeReached)
        {
            return null;
        }

        if (await Task.WhenAny(_isLittle.Task, Task.Delay(Patience)) == _isLittle.Task && await _isLittle.Task)
        {
            observer.Note(1, "too little data for a connection between the two hosts: this host forwards them");
            return null;
        }

        var reasons = new List<string>();
        if (source.Transports.Intersect(target.Transports).ToList() is { Count: > 0 } common)
        {
            source.Allow(common);
            target.Allow(common);
            if (await ReachAsync(source, target, common, reasons) is { } direct)
            {
                return direct;
            }

            source.AllowAll();
            target.AllowAll();
        }
        else
        {
            reasons.Add($"{Channels(source)}, {Channels(target)}");
        }

        observer.Note(1, $"the data go through here: {string.Join("; ", reasons)}");
        return null;
    }

    /// <summary>Lets the target connect to the source, else the source to the target, by the first transport that works.</summary>
    private async Task<ThirdPartyTransfer?> ReachAsync(ThirdPartyLeg source, ThirdPartyLeg target, List<ILaneTransport> common, List<string> reasons)
    {
        foreach (var (there, here) in ((ThirdPartyLeg, ThirdPartyLeg)[])[(source, target), (target, source)])
        {
            var reason = "does not listen";
            foreach (var listening in there.Peer.Listening)
            {
                if (common.Find(one => one.Name == listening.Transport) is not { } transport)
                {
                    continue;
                }

                reason = await here.ReachAsync(there, await Task.Run(() => there.Known(listening)));
                if (reason.Length == 0)
                {
                    return new ThirdPartyTransfer(source, target, here, common, transport, tally, observer);
                }
            }

            reasons.Add($"{here.Peer.Name} to {there.Peer.Name}: {RawText.Printable(reason)}");
        }

        return null;
    }

    private static string Channels(ThirdPartyLeg leg) =>
        $"{leg.Peer.Name} has the data channel {string.Join(", ", leg.Transports.Select(one => one.Name))}";
}
