namespace Pipe.Protocol;

/// <summary>
/// The state transitions of a side for each message that it receives; pipe-protocol(7), STATES. A message that is not in the table
/// fails the session.
/// </summary>
internal static class SessionTable
{
    public static SessionState Next(Side side, Role role, SessionState state, MessageType received) => received switch
    {
        MessageType.Abort => SessionState.Failed,
        >= MessageType.Ping => state,
        _ => side == Side.Initiator ? Initiator(role, state, received) : Responder(role, state, received),
    };

    /// <summary>Whether a side uses an optional message (128 and above); it ignores the others.</summary>
    public static bool Concerns(Side side, MessageType received) => received switch
    {
        MessageType.Ping or MessageType.Transports or MessageType.Paused => true,
        MessageType.DatagramPolicy => side == Side.Responder,
        MessageType.Warning or MessageType.Waiting or MessageType.Total or MessageType.Limited or MessageType.Space => side == Side.Initiator,
        _ => false,
    };

    private static SessionState Initiator(Role role, SessionState state, MessageType received) => (state, received) switch
    {
        (SessionState.Agreeing, MessageType.Accept) => SessionState.Moving,
        (SessionState.Moving, MessageType.Reached) => SessionState.Moving,
        (SessionState.Lost, MessageType.Resumed) => SessionState.Moving,
        _ => Either(role, state, received),
    };

    private static SessionState Responder(Role role, SessionState state, MessageType received) => (state, received) switch
    {
        (SessionState.Agreeing, MessageType.Offer) => SessionState.Moving,
        (SessionState.Moving, MessageType.Reach) => SessionState.Moving,
        (SessionState.Lost, MessageType.Resume) => SessionState.Moving,
        _ => Either(role, state, received),
    };

    private static SessionState Either(Role role, SessionState state, MessageType received) => (state, received) switch
    {
        (SessionState.Greeting, MessageType.Hello) => SessionState.Agreeing,
        (SessionState.Agreeing, MessageType.Listening) => SessionState.Agreeing,
        (SessionState.Moving, MessageType.Listening or MessageType.Widen) => SessionState.Moving,
        (SessionState.Lost, MessageType.Hello) => SessionState.Lost,
        _ => role switch
        {
            Role.Sender => Sender(state, received),
            Role.Head => Head(state, received),
            Role.Node => Node(state, received),
            _ => Receiver(state, received),
        },
    };

    private static SessionState Head(SessionState state, MessageType received) => (state, received) switch
    {
        (SessionState.Moving or SessionState.Completing, MessageType.Held or MessageType.Unfed or MessageType.Fault) => state,
        (SessionState.Moving, MessageType.Report) => SessionState.Completing,
        _ => SessionState.Failed,
    };

    private static SessionState Node(SessionState state, MessageType received) => (state, received) switch
    {
        (SessionState.Moving or SessionState.Completing, MessageType.Feed or MessageType.Unfeed or MessageType.Draw or MessageType.Held) => state,
        (SessionState.Moving, MessageType.End) => SessionState.Completing,
        (SessionState.Completing, MessageType.Bye) => SessionState.Done,
        _ => SessionState.Failed,
    };

    private static SessionState Sender(SessionState state, MessageType received) => (state, received) switch
    {
        (SessionState.Moving, MessageType.Ack or MessageType.Have or MessageType.HaveRanges or MessageType.Demand) => SessionState.Moving,
        (SessionState.Moving, MessageType.Report) => SessionState.Done,
        _ => SessionState.Failed,
    };

    private static SessionState Receiver(SessionState state, MessageType received) => (state, received) switch
    {
        (SessionState.Moving, MessageType.Block or MessageType.Want) => SessionState.Moving,
        (SessionState.Moving, MessageType.End) => SessionState.Completing,
        (SessionState.Completing, MessageType.Listening or MessageType.Widen or MessageType.Block) => SessionState.Completing,
        (SessionState.Completing, MessageType.Bye) => SessionState.Done,
        _ => SessionState.Failed,
    };
}
