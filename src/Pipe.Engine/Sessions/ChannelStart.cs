using Pipe.Protocol;

namespace Pipe.Engine;

/// <summary>Where a side stands in the state table when its control channel is new.</summary>
/// <param name="Side">Who it is.</param>
/// <param name="Role">Which way blocks go; a responder learns it from the Offer.</param>
/// <param name="State">What has been received.</param>
internal readonly record struct ChannelStart(Side Side, Role Role, SessionState State)
{
    public static ChannelStart Initiator(Role role) => new(Side.Initiator, role, SessionState.Greeting);

    public static ChannelStart Responder { get; } = new(Side.Responder, Role.Receiver, SessionState.Greeting);

    /// <summary>The same side over another channel.</summary>
    public ChannelStart Lost => this with { State = SessionState.Lost };
}
