using Pipe.Protocol;

namespace Pipe.Engine;

/// <summary>The failed ways to make data connections, with reasons. ToString lists them all.</summary>
/// <param name="offer">The offer, with the requested mode.</param>
/// <param name="transports">The transports that both sides have and the user allows.</param>
internal sealed class TriedWays(Offer offer, IReadOnlyList<ILaneTransport> transports)
{
    /// <summary>The cause as the peer is told it.</summary>
    public const string NoWay = "no data connection could be made";

    private readonly List<string> _ways = [];

    public bool IsEmpty => _ways.Count == 0;

    /// <summary>Records a failed way and moves to the next; false if there is none. Only the initiator moves.</summary>
    /// <exception cref="Failure">No way is left, and the user allows no fallback.</exception>
    public bool TryNext(LaneWay way, string reason, bool isInitiator)
    {
        _ways.Add($"{way.Name}: {reason}");
        if (isInitiator && !way.TryNext())
        {
            ThrowIfNamed();
            return false;
        }

        return isInitiator;
    }

    /// <summary>Records a way whose connections carry nothing: another one would not either.</summary>
    /// <exception cref="Failure">The user allows no fallback.</exception>
    public void Abandon(LaneWay way, string reason, bool isInitiator)
    {
        _ways.Add($"{way.Name}: {reason}");
        if (isInitiator)
        {
            ThrowIfNamed();
        }
    }

    /// <exception cref="Failure">The user has required a transport or a direction, which rules out the control channel as a fallback.</exception>
    private void ThrowIfNamed()
    {
        if (transports.All(one => one.Name != Transports.Tcp))
        {
            throw NoDataConnection(ToString(), $"{OptionWord.Channel} auto falls back to tcp");
        }

        if (offer.ConnectMode != ConnectMode.Auto)
        {
            throw NoDataConnection(_ways[^1], $"{OptionWord.Connect} auto tries other ways");
        }
    }

    public override string ToString() => string.Join("; ", _ways);

    /// <summary>What this side found at the addresses that the peer named is not for the peer: it could search a network that it cannot reach.</summary>
    private static Failure NoDataConnection(string cause, string otherwise) => new(
        ExitCode.Unreachable,
        $"no data connection, {cause}",
        $"{otherwise}, {OptionWord.Ports} LOW-HIGH names ports that are open, {OptionWord.DataHost} another address")
    {
        ToldPeer = NoWay,
        IsFinal = true,
    };
}
