using Pipe.Protocol;

namespace Pipe.Engine;

/// <summary>The ways to data connections that led nowhere, and why. As text: all of them.</summary>
/// <param name="offer">What was asked for.</param>
/// <param name="transports">Those that both sides have and the user allows.</param>
internal sealed class TriedWays(Offer offer, IReadOnlyList<ILaneTransport> transports)
{
    private readonly List<string> _ways = [];

    public bool IsEmpty => _ways.Count == 0;

    public void Add(string way, string reason) => _ways.Add($"{way}: {reason}");

    /// <exception cref="Failure">The user has named a transport or a direction, so that the control channel is no way out.</exception>
    public void ThrowIfNamed()
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
