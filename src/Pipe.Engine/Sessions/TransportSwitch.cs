using System.Diagnostics;
using Pipe.Protocol;

namespace Pipe.Engine;

/// <summary>
/// Between TCP and datagrams, where both sides have both: takes the measurements, and has lanes made over the better one. Part of the
/// session's thread of control.
/// </summary>
/// <param name="dialer">Makes the lanes.</param>
/// <param name="mailbox">Where the answer of a probe comes.</param>
/// <param name="pump">Whose lanes they are.</param>
/// <param name="observer">Is told why.</param>
/// <param name="isSender">Whether this side sends the blocks: only then are its measurements of use.</param>
/// <param name="isInitiator">Which side this is.</param>
internal sealed class TransportSwitch(LaneDialer dialer, Mailbox mailbox, DataPump pump, IObserver observer, bool isSender, bool isInitiator)
{
    private static readonly TimeSpan JudgePause = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan ProbeLimit = TimeSpan.FromMilliseconds(200);
    private readonly TransportChoice _choice = new();
    private bool _isProbed;

    /// <summary>The transport is settled by a measurement, or by what is blocked.</summary>
    public bool IsChosen { get; private set; }

    /// <summary>Why it was changed; empty if it was not.</summary>
    public string Reason => _choice.Reason;

    private LaneWay Way => dialer.Way;

    /// <summary>The round trip decides which transport comes first.</summary>
    private bool IsUndecided => isInitiator && Way.HasChoice && Way.Mode == ConnectMode.Direct && !_isProbed;

    /// <summary>A responder cannot tell an initiator what to listen for.</summary>
    private bool MayChange => isSender && Way.HasChoice && (isInitiator || Way.Mode == ConnectMode.Direct);

    /// <summary>Measures the round trip before the first lane is made; false if that decides nothing.</summary>
    public bool TryProbe()
    {
        if (!IsUndecided)
        {
            return false;
        }

        // The Listening for TCP may come a moment after that for datagrams, or not at all.
        dialer.Probe(roundTrip => mailbox.Post(new SessionEvent.Probed(roundTrip)));
        mailbox.PostLater(ProbeLimit, new SessionEvent.Probed(long.MaxValue));
        return true;
    }

    /// <summary>Takes the microseconds of a round trip; false if the first transport is decided on already.</summary>
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

    /// <summary>Changes the transport if the other one would do better. Returns when to look again, at most that pause from now.</summary>
    public TimeSpan Judge(string transport, TimeSpan pause)
    {
        if (!MayChange)
        {
            return pause;
        }

        if (_choice.Judge(transport, pump.Lanes.Measure(), (long)Stopwatch.GetElapsedTime(0).TotalMicroseconds) is { } other)
        {
            observer.Note(1, $"from {transport} to {other}: {_choice.Reason}");
            Use(other);
            pump.Lanes.Data.ToList().ForEach(lane => lane.Shutdown());
        }

        return pause > JudgePause ? JudgePause : pause;
    }

    /// <summary>From now on lanes are made over this transport; the peer has to say again where it listens.</summary>
    public void Use(string transport)
    {
        IsChosen = true;
        Way.Use(Way.Mode, transport);
        dialer.Forget();
    }
}
