namespace Pipe.Engine;

/// <summary>What both ends of a session know and nobody else does.</summary>
/// <param name="Session">Its random name.</param>
/// <param name="Secret">32 random bytes, which never leave the control channel.</param>
internal sealed record LaneKey(byte[] Session, byte[] Secret);
