namespace Pipe.Protocol.Tests.Datagrams;

/// <summary>An end in the simulation.</summary>
internal interface ISimHost
{
    void OnPacket(SimPacket packet, long now);

    /// <summary>To be called at any time from the one it asked for.</summary>
    void OnTimer(long now);
}
