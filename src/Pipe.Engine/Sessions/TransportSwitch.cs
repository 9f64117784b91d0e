using System.Diagnostics;
using Pipe.Protocol;

namespace Pipe.Engine;

/// <summary>
/// Chooses between TCP and datagrams where both sides have both: takes the measurements and switches lanes to the better transport. Runs on the
/// session's thread of control.
/// </summary>
/// <param name="dialer">Makes the lanes.</param>
/// <param name="mailbox">Receives the result of a probe.</param>
/// <param name="pump">The pump whose lanes they are.</param>
/// <param name="observer">Receives the reason.</param>
/// <param name="isSender">Whether this side sends the blocks.</param>
/// <param name="isInitiator">Which side this is.</param>
internal sealed class TransportSwitch(LaneDialer dialer, Mailbox mailbox, DataPump pump, IObserver observer, bool isSender, bool isInitiator)
{
    private static readonly TimeSpan JudgePause = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan ProbeLimit = TimeSpan.FromMilliseconds(200);
    private readonly TransportChoice _choice = new();
    private bool _isProbed;
    private string _replaced = "";

    /// <summary>Whether a measurement or a blocked transport has settled the choice.</summary>
    public bool IsChosen { get; private set; }

    /// <summary>Why the transport was changed; empty if it was not.</summary>
    public string Reason { get; private set; } = "";

    private LaneWay Way => dialer.Way;

    /// <summary>Whether the round trip still has to decide which transport comes first.</summary>
    private bool IsUndecided => isInitiator && Way.HasChoice && Way.Mode == ConnectMode.Direct && !_isProbed;

    /// <summary>Whether this side decides: only the sender's measurements are useful.</summary>
    private bool MayChange => isSender && Way.HasChoice && !Way.IsInline;

    /// <summary>Measures the round trip before the first lane is made; false if it would decide nothing.</summary>
    public bool TryProbe()
    {
        if (!IsUndecided)
        {
            return false;
        }

        // The Listening for TCP may arrive shortly after the one for datagrams, or not at all.
        dialer.Probe(roundTrip => mailbox.Post(new SessionEvent.Probed(roundTrip)));
        mailbox.PostLater(ProbeLimit, new SessionEvent.Probed(long.MaxValue));
        return true;
    }

    /// <summary>Takes a round trip in microseconds; false if the first transport is already chosen.</summary>
    public bool TryDecide(long roundTrip)
    {
        if (!IsUndecided)
        {
            return false;
        }

        _isProbed = true;
        if (roundTrip < TransportChoice.ShortRoundTrip)
        {
            observer.Note(1, $"a round trip takes {roundTrip} us: {Transports.Tcp}");
            Way.Prefer(Transports.Tcp);
        }

        return true;
    }

    /// <summary>Switches if the other transport would do better. Returns the time until the next check, at most that pause.</summary>
    public TimeSpan Judge(string transport, TimeSpan pause)
    {
        if (!MayChange)
        {
            return pause;
        }

        if (_choice.Judge(transport, pump.Lanes.Measure(), (long)Stopwatch.GetElapsedTime(0).TotalMicroseconds) is { } other)
        {
            observer.Note(1, $"from {transport} to {other}: {_choice.Reason}");
            Use(other, _choice.Reason);
            _replaced = transport;
            pump.Lanes.Data.ToList().ForEach(lane => lane.Shutdown());
        }

        return pause > JudgePause ? JudgePause : pause;
    }

    /// <summary>Switches to this transport; the peer has to announce again where it listens.</summary>
    public void Use(string transport, string reason)
    {
        (IsChosen, Reason) = (true, reason);
        Way.Use(Way.Mode, transport);
        dialer.Forget();
    }

    /// <summary>Whether a lane ended because this side has switched from its transport to another.</summary>
    public bool HasReplaced(ILane lane) => lane.Id.Transport == _replaced && Way.Transport.Name != _replaced;

    /// <summary>Follows the responder, which names the transport that it has chosen, or gives its reason.</summary>
    public void Follow(string words)
    {
        if (Way.IsInline || words.Length == 0)
        {
            return;
        }

        if (!Way.Has(words))
        {
            Reason = RawText.Printable(words);
        }
        else if (Way.Transport.Name != words)
        {
            Use(words, $"the other side has chosen {words}");
        }
    }
}
