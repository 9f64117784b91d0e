using Pipe.Protocol;

namespace Pipe.Engine;

/// <summary>
/// Where the two sessions of a copy between two remote hosts meet. If one of the hosts can reach the other, data connections go straight
/// from one to the other, and only what the two servers say passes through here; else the copy goes through here, and the two sessions
/// go on as if each had its object on this host.
/// </summary>
/// <param name="from">What is read, and where.</param>
/// <param name="tally">Counts for both.</param>
/// <param name="observer">Is told which way was taken, and why.</param>
internal sealed class Junction(Plan from, Tally tally, IObserver observer)
{
    /// <summary>How long what is little may take to have come, so that it is not worth a connection.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(1);

    private readonly Lock _lock = new();
    private readonly TaskCompletionSource<Half> _source = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource<Half> _target = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource<bool> _isLittle = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private Straight? _straight;

    /// <summary>What the target's host is to take, and nothing else; empty where names are trusted.</summary>
    public string Asked => from.TrustNames ? "" : string.Join('\0', from.There.Names.Select(name => name.Length == 0 ? "." : name));

    /// <summary>Once they have met: one for both, for it knows what has been asked and not answered.</summary>
    public Across? Across { get; private set; }

    /// <summary>Waits for the other half and the decision; if it is to go straight, what carries on both, else null.</summary>
    public async Task<Straight?> MeetAsync(Half half)
    {
        (half.IsSource ? _source : _target).TrySetResult(half);
        var (source, target) = (await _source.Task, await _target.Task);
        lock (_lock)
        {
            Across ??= new Across(source.Peer, target.Peer);
        }

        if (half.IsSource)
        {
            _ = DecideAsync(source, target);
        }

        await ListenAsync(half, Across);
        half.Release();
        return _straight;
    }

    /// <summary>One half has failed, and takes the other one with it.</summary>
    public void Fail(Failure failure)
    {
        foreach (var half in (TaskCompletionSource<Half>[])[_source, _target])
        {
            if (!half.TrySetException(failure) && half.Task.IsCompletedSuccessfully)
            {
                half.Task.Result.Fail(failure);
            }

            _ = half.Task.Exception;
        }
    }

    /// <summary>Runs until it is decided. What is not about the decision, or about what the target has, is for later.</summary>
    private async Task ListenAsync(Half half, Across across)
    {
        for (var what = await half.Mailbox.TakeAsync(); what is not SessionEvent.Met; what = await half.Mailbox.TakeAsync())
        {
            switch (what)
            {
                case SessionEvent.Received(MessageType.Want, var payload) when half.IsSource:
                    half.Peer.Admit(what);
                    across.Ask(Want.Read(payload));
                    break;
                case SessionEvent.Received(MessageType.Have, var payload) when !half.IsSource:
                    half.Peer.Admit(what);
                    across.Answer(Have.Read(payload));
                    break;
                case SessionEvent.Received(MessageType.Reached, var payload):
                    half.Peer.Admit(what);
                    half.Answer(Reached.Read(payload).Reason);
                    break;
                case SessionEvent.Received(not MessageType.Abort, _):
                    half.Hold(what);
                    Weigh(what);
                    break;
                default:
                    half.Peer.Admit(what);
                    break;
            }
        }
    }

    /// <summary>The source wants data connections, or has sent all of it without any.</summary>
    private void Weigh(SessionEvent what)
    {
        if (what is SessionEvent.Received(var type, _) && type is MessageType.End or MessageType.Widen)
        {
            _isLittle.TrySetResult(type == MessageType.End);
        }
    }

    private async Task DecideAsync(Half source, Half target)
    {
        try
        {
            _straight = await WayAsync(source, target) is { } reason ? new Straight(source, target, reason, tally, observer) : null;
            source.Mailbox.Post(new SessionEvent.Met());
            target.Mailbox.Post(new SessionEvent.Met());
        }
        catch (Exception e)
        {
            source.Fail(e);
            target.Fail(e);
        }
    }

    /// <summary>Why it can go straight; null if it cannot, or need not.</summary>
    private async Task<string?> WayAsync(Half source, Half target)
    {
        if (from.TreeAction != TreeAction.Copy || !source.MayBeReached || !target.MayBeReached)
        {
            return null;
        }

        if (await Task.WhenAny(_isLittle.Task, Task.Delay(Patience)) == _isLittle.Task && await _isLittle.Task)
        {
            observer.Note(1, "too little for a connection between the two hosts: it goes through here");
            return null;
        }

        var reasons = new List<string>();
        foreach (var (there, here) in ((Half, Half)[])[(source, target), (target, source)])
        {
            var reason = "does not listen";
            foreach (var listening in there.Peer.Listening.Where(listening => here.Peer.Transports.Contains(listening.Transport)))
            {
                reason = await here.ReachAsync(there, await Task.Run(() => there.Known(listening)));
                if (reason.Length == 0)
                {
                    return $"{here.Peer.Name} reaches {there.Peer.Name}";
                }
            }

            reasons.Add($"{here.Peer.Name} to {there.Peer.Name}: {RawText.Printable(reason)}");
        }

        observer.Note(1, $"the data go through here: {string.Join("; ", reasons)}");
        return null;
    }
}
