namespace Pipe.Engine;

/// <summary>
/// Has the lanes of a long link use BBR where this user may: it models the link instead of taking each loss for congestion, which
/// fills a long link that loses packets. The kernel's default stays where it may not.
/// </summary>
/// <param name="observer">Is told what came of it, once.</param>
internal sealed class ModelBasedControl(IObserver observer)
{
    private readonly HashSet<ILane> _asked = [];
    private bool _isTold;

    /// <summary>Asks for the lanes that have joined since.</summary>
    public void AskFor(LaneSet lanes)
    {
        foreach (var lane in lanes.Data.OfType<TcpLane>().Where(_asked.Add))
        {
            if (lane.UseCongestionControl("bbr"u8) is { } used && !_isTold)
            {
                _isTold = true;
                observer.Note(1, used == "bbr"
                    ? "congestion control: bbr"
                    : $"congestion control: {used}, not bbr: this kernel does not have it, or net.ipv4.tcp_allowed_congestion_control leaves it to root");
            }
        }
    }
}
