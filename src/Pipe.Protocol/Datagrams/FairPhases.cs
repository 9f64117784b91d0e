namespace Pipe.Protocol.Datagrams;

/// <summary>The properties of each <see cref="FairPhase"/>.</summary>
internal static class FairPhases
{
    public const double StartupGain = 2.77;

    /// <summary>Whether the sender does not send faster than the path delivers, or, at the start, does not know the rate yet.</summary>
    public static bool IsCalm(this FairPhase phase) =>
        phase is FairPhase.Down or FairPhase.Cruise or FairPhase.Drain or FairPhase.ProbeRtt or FairPhase.Startup;

    /// <summary>Whether the phase is part of the cycle that follows once the bandwidth is known.</summary>
    public static bool IsProbingBandwidth(this FairPhase phase) => phase is FairPhase.Down or FairPhase.Cruise or FairPhase.Refill or FairPhase.Up;

    /// <summary>Whether loss beyond the background lowers the short-term bounds at once.</summary>
    public static bool YieldsToLoss(this FairPhase phase) => phase is FairPhase.Down or FairPhase.Cruise or FairPhase.Drain or FairPhase.ProbeRtt;

    /// <summary>The pace as a multiple of the bandwidth.</summary>
    public static double PacingGain(this FairPhase phase) => phase switch
    {
        FairPhase.Startup => StartupGain,
        FairPhase.Drain => 0.5,
        FairPhase.Down => 0.9,
        FairPhase.Up => 1.25,
        _ => 1,
    };

    /// <summary>The window as a multiple of the bandwidth-delay product.</summary>
    public static double WindowGain(this FairPhase phase) => phase == FairPhase.Up ? 2.25 : 2;
}
