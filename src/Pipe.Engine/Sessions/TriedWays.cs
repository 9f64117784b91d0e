using Pipe.Protocol;

namespace Pipe.Engine;

/// <summary>The ways to data connections that led nowhere, and why. As text: all of them.</summary>
/// <param name="offer">What was asked for.</param>
/// <param name="transports">Those that both sides have and the user allows.</param>
internal sealed class TriedWays(Offer offer, IReadOnlyList<ILaneTransport> transports)
{
    private readonly List<string> _ways = [];

    public bool IsEmpty => _ways.Count == 0;

    /// <summary>The way has led nowhere; true if there is another one. Only the initiator decides.</summary>
    /// <exception cref="Failure">None is left, and the user wants no other.</exception>
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

    /// <exception cref="Failure">The user has named a transport or a direction, so that the control channel is no way out.</exception>
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

    private static Failure NoDataConnection(string cause, string otherwise) => new(
        ExitCode.Unreachable,
        $"no data connection, {cause}",
        $"{otherwise}, {OptionWord.Ports} LOW-HIGH names ports that are open, {OptionWord.DataHost} another address");
}
