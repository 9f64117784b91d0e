namespace Pipe.Protocol;

/// <summary>The two ends of a control channel.</summary>
internal enum Side
{
    /// <summary>Started by the user; starts the responder.</summary>
    Initiator,

    /// <summary>Runs as <c>dmscp -server</c>.</summary>
    Responder,
}
