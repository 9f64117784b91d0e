namespace Pipe.Engine;

/// <summary>
/// Selects BBR for the lanes of a long path, if this user may. BBR models the path instead of treating each loss as congestion, and so fills a long
/// lossy path. Otherwise the kernel's default remains.
/// </summary>
/// <param name="observer">Receives the result, once.</param>
internal sealed class ModelBasedControl(IObserver observer)
{
    private readonly HashSet<ILane> _asked = [];
    private bool _isTold;

    /// <summary>Selects it for the lanes that have joined since the last call.</summary>
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
