namespace Pipe.Engine;

/// <summary>What the monitor of a sender's lanes may ask of the session.</summary>
/// <param name="Begin">Data lanes to begin with.</param>
/// <param name="Most">Data lanes at most.</param>
/// <param name="Observer">Is told what the monitor finds.</param>
/// <param name="Scale">Asks for that many data lanes.</param>
/// <param name="Reach">Says that the link is worth having that many bytes on their way.</param>
internal sealed record LaneDemand(int Begin, int Most, IObserver Observer, Action<int> Scale, Action<long> Reach);
