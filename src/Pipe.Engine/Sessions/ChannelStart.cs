using Pipe.Protocol;

namespace Pipe.Engine;

/// <summary>The position of a side in the state table when its control channel is new.</summary>
/// <param name="Side">Which side this is.</param>
/// <param name="Role">The direction of the blocks; a responder learns it from the Offer.</param>
/// <param name="State">The state before the first message.</param>
internal readonly record struct ChannelStart(Side Side, Role Role, SessionState State)
{
    public static ChannelStart Initiator(Role role) => new(Side.Initiator, role, SessionState.Greeting);

    public static ChannelStart Responder { get; } = new(Side.Responder, Role.Receiver, SessionState.Greeting);

    /// <summary>The same side over a replacement channel.</summary>
    public ChannelStart Lost => this with { State = SessionState.Lost };
}
