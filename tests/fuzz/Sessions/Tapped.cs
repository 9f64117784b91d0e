using System.Diagnostics;
using Pipe.Engine;
using Pipe.Protocol;

namespace Pipe.Fuzz.Sessions;

/// <summary>The state that all parts that tamper with one session share.</summary>
internal sealed class Tapped(Scenario scenario, Place place, Corpus corpus, Log log, Random random, Action initiatorSpoke) : IDisposable
{
    private readonly long _started = Stopwatch.GetTimestamp();
    private readonly List<LaneTap> _taps = [];
    private Offer? _offer;
    private string? _complaint;

    public Scenario Scenario => scenario;

    public Corpus Corpus => corpus;

    public Log Log => log;

    public string Time => Stopwatch.GetElapsedTime(_started).TotalSeconds.ToString("0.000", System.Globalization.CultureInfo.InvariantCulture);

    /// <summary>Set when both sides have ended, or must.</summary>
    public ManualResetEventSlim Ended { get; } = new();

    /// <summary>The receiver may have been told to take something else than the source for the whole.</summary>
    public bool MayDiffer { get; private set; } = scenario.Digest == DigestKind.None && !scenario.IsHarmless;

    /// <summary>The responder's internal error, if it has told of one.</summary>
    public string? Complaint => _complaint;

    public void FirstByte(bool fromInitiator)
    {
        if (fromInitiator)
        {
            initiatorSpoke();
        }
    }

    /// <summary>The real messages of the two sides.</summary>
    public void Look(MessageType type, ReadOnlySpan<byte> payload, bool fromInitiator)
    {
        if (type == MessageType.Offer)
        {
            _offer = Offer.Read(payload);
        }

        if (type == MessageType.Abort && Abort.Read(payload) is { } abort)
        {
            log.Add($"{Time} {(fromInitiator ? "initiator" : "responder")} gives up: {abort.Code}: {abort.Cause}");
            if (abort.Code == ExitCode.Bug && abort.Cause.Contains("internal error", StringComparison.Ordinal))
            {
                _complaint ??= abort.Cause;
            }
        }
    }

    /// <summary>Something was said in the name of one side that it did not say.</summary>
    public void Forged(MessageType type)
    {
        // The author of the Offer decides which bytes are copied, that of the Report decides the verdict of the sender, and where no size
        // was announced, that of the End decides the size.
        var source = scenario.Direction == Direction.Read ? scenario.There : scenario.Here;
        MayDiffer |= type is MessageType.Offer or MessageType.Report || (type == MessageType.End && source == "command");
    }

    public Offer Guarded(Offer offer) => place.Guarded(offer);

    /// <summary>Replaces the addresses of other hosts: no session may connect to one.</summary>
    public Listening Near(Listening listening) =>
        listening with { Addresses = [.. listening.Addresses.Select(one => System.Net.IPAddress.TryParse(one, out var address) && !System.Net.IPAddress.IsLoopback(address) ? "127.0.0.1" : one)] };

    public Listening Redirect(Listening listening)
    {
        lock (_taps)
        {
            var tap = new LaneTap(this, listening.Port, new Random(random.Next()));
            _taps.Add(tap);
            for (var i = 0; i < scenario.Rogues && _offer is { } offer; i++)
            {
                Rogue.Start(this, offer, listening.Port, new Random(random.Next()));
            }

            return new Listening(tap.Port, ["127.0.0.1"]);
        }
    }

    public void Dispose()
    {
        Ended.Set();
        lock (_taps)
        {
            _taps.ForEach(tap => tap.Dispose());
        }
    }
}
