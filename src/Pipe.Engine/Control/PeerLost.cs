namespace Pipe.Engine;

/// <summary>The control channel ended before the verdict.</summary>
internal sealed class PeerLost(Exception? cause) : Exception("the control channel ended", cause);
