namespace Pipe.Protocol.Datagrams;

/// <summary>The phases of <see cref="FairControl"/>.</summary>
internal enum FairPhase
{
    Startup,
    Drain,
    Down,
    Cruise,
    Refill,
    Up,
    ProbeRtt,
}
