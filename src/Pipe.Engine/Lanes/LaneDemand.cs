namespace Pipe.Engine;

/// <summary>The requests that the monitor of a sender's lanes may make of the session.</summary>
/// <param name="Begin">Initial number of data lanes.</param>
/// <param name="Most">Maximum number of data lanes.</param>
/// <param name="Observer">Receives the monitor's findings.</param>
/// <param name="Scale">Requests that many data lanes.</param>
/// <param name="Reach">Requests that many bytes in flight.</param>
internal sealed record LaneDemand(int Begin, int Most, IObserver Observer, Action<int> Scale, Action<long> Reach);
