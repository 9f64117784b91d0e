namespace Pipe.Ssh;

/// <summary>What a line of a known_hosts file says about its key.</summary>
internal enum KnownHostMarker
{
    /// <summary>It is the host's.</summary>
    None,

    /// <summary>It must not be accepted.</summary>
    Revoked,

    /// <summary>It signs the host's certificates.</summary>
    Authority,
}
