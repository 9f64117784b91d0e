namespace Pipe.Protocol;

/// <summary>Who has started whom.</summary>
internal enum Side
{
    /// <summary>Was started by the user, and starts the other side.</summary>
    Initiator,

    /// <summary>Runs as <c>dmscp -server</c>.</summary>
    Responder,
}
