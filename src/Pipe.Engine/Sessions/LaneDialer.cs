using Pipe.Protocol;

namespace Pipe.Engine;

/// <summary>Knows where the peer listens and connects lanes to it; never makes two attempts for one lane number at the same time.</summary>
/// <param name="terms">The terms of the session.</param>
/// <param name="way">The transport in use, or being tried.</param>
/// <param name="observer">Receives the addresses it connects to.</param>
/// <param name="known">The Listening messages received so far.</param>
internal sealed class LaneDialer(LaneTerms terms, LaneWay way, IObserver observer, IEnumerable<Listening> known)
{
    private readonly Dictionary<string, ILaneConnector> _connectors = [];
    private readonly Dictionary<string, Listening> _there = known.ToDictionary(listening => listening.Transport);
    private readonly HashSet<int> _dialing = [];
    private LaneTerms? _redirected;
    private bool _isProbing;
    private int _attempt;

    /// <summary>The terms of the session whose lanes are made: this one, or that of the other responder.</summary>
    private LaneTerms Terms => _redirected ?? terms;

    /// <summary>Direct, reverse or inline, and the transport.</summary>
    public LaneWay Way => way;

    /// <summary>Whether the peer has announced where it listens for the transport in use.</summary>
    public bool CanDial => !way.IsInline && _there.ContainsKey(way.Transport.Name);

    /// <summary>Why the best transport is not used, if the peer does not listen for it; null if it is.</summary>
    public string? Skipped { get; private set; }

    public void On(Listening there) => _there[there.Transport] = there;

    /// <summary>Skips a transport for which the peer does not listen while it listens for another.</summary>
    public void SkipSilent()
    {
        if (_there.Count > 0 && !CanDial && !way.IsInline)
        {
            Skipped = $"the other side does not listen for {way.Transport.Name}";
            way.Use(way.Mode, _there.Keys.First());
        }
    }

    /// <summary>Measures the round trip to the peer, once its TCP address is known.</summary>
    public void Probe(Action<long> done)
    {
        if (!_isProbing && _there.TryGetValue(Transports.Tcp, out var there))
        {
            _isProbing = true;
            PathProbe.Start(() => Terms.AddressesOf(there), there.Port, done);
        }
    }

    /// <summary>Forgets where the peer listens: it must announce that again, because it has stopped, or another number of lanes is wanted.</summary>
    public void Forget() => _there.Clear();

    /// <summary>Marks these attempts as finished, made or not.</summary>
    public void End(IEnumerable<int> lanes) => _dialing.ExceptWith(lanes);

    public void Dial(IEnumerable<int> missing)
    {
        var lanes = missing.Except(_dialing).ToList();
        if (lanes.Count == 0)
        {
            return;
        }

        var there = _there[way.Transport.Name];
        _dialing.UnionWith(lanes);
        observer.Note(2, $"connecting {lanes.Count} lanes to port {there.Port}, announced at {string.Join(" ", there.Addresses)}");
        if (!_connectors.TryGetValue(way.Transport.Name, out var connector))
        {
            _connectors[way.Transport.Name] = connector = way.Transport.Connect(ThisTime());
        }

        connector.Dial(there, lanes);
    }

    /// <summary>Abandons the attempts in progress: the peer has reported that they cannot succeed.</summary>
    public void Abandon()
    {
        Interlocked.Increment(ref _attempt);
        _connectors.Clear();
        _dialing.Clear();
    }

    private LaneTerms ThisTime()
    {
        var attempt = _attempt;
        return Terms with
        {
            Failed = (lanes, reason) =>
            {
                if (attempt == Volatile.Read(ref _attempt))
                {
                    terms.Failed(lanes, reason);
                }
            },
        };
    }

    /// <summary>Redirects further lanes to another responder and its session.</summary>
    public void Turn(Reach reach)
    {
        On(reach.There);
        Redirect(terms with
        {
            Offer = terms.Offer with { Session = reach.Session, Secret = reach.Secret, DataHost = "" },
            AlsoKnownAs = "",
        });
    }

    /// <summary>Redirects further lanes to the peer again.</summary>
    public void TurnBack()
    {
        Redirect(null);
        Forget();
    }

    private void Redirect(LaneTerms? to)
    {
        _redirected = to;
        _connectors.Clear();
    }
}
