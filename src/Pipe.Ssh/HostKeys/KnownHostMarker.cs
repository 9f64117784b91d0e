namespace Pipe.Ssh;

/// <summary>The meaning of the key on a line of a known_hosts file.</summary>
internal enum KnownHostMarker
{
    /// <summary>The host's own key.</summary>
    None,

    /// <summary>A key that must not be accepted.</summary>
    Revoked,

    /// <summary>The key that signs the host's certificates.</summary>
    Authority,
}
