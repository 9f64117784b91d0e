namespace Pipe.Protocol;

/// <summary>Where a side stands, by what it has received on the control channel.</summary>
internal enum SessionState
{
    /// <summary>Nothing but what the login shell printed.</summary>
    Greeting,

    /// <summary>The peer's Hello is here; the responder waits for Offer, the initiator for Accept.</summary>
    Agreeing,

    /// <summary>Blocks travel.</summary>
    Moving,

    /// <summary>The receiver knows the end, and waits for blocks still on their way.</summary>
    Completing,

    /// <summary>The control channel broke. A new one is wanted, or there without having said what it is for.</summary>
    Lost,

    /// <summary>The sender has the receiver's verdict, or the receiver knows that it has.</summary>
    Done,

    /// <summary>The peer gave up, or sent what it must not. A dead end.</summary>
    Failed,
}

/// <summary>
/// What each message does in each state; pipe-protocol(7), STATES. What is not in the table fails the session.
/// </summary>
internal static class SessionTable
{
    public static SessionState Next(Role role, SessionState state, MessageType received) =>
        role == Role.Sender ? Sender(state, received) : Receiver(state, received);

    private static SessionState Sender(SessionState state, MessageType received) => (state, received) switch
    {
        (_, MessageType.Abort) => SessionState.Failed,
        (_, >= MessageType.Ping) => state,
        (SessionState.Greeting, MessageType.Hello) => SessionState.Agreeing,
        (SessionState.Agreeing, MessageType.Listening) => SessionState.Agreeing,
        (SessionState.Agreeing, MessageType.Offer or MessageType.Accept) => SessionState.Moving,
        (SessionState.Moving, MessageType.Listening or MessageType.Widen or MessageType.Ack or MessageType.Have) => SessionState.Moving,
        (SessionState.Moving, MessageType.Reach or MessageType.Reached) => SessionState.Moving,
        (SessionState.Moving, MessageType.Report) => SessionState.Done,
        (SessionState.Lost, MessageType.Hello) => SessionState.Lost,
        (SessionState.Lost, MessageType.Resume or MessageType.Resumed) => SessionState.Moving,
        _ => SessionState.Failed,
    };

    private static SessionState Receiver(SessionState state, MessageType received) => (state, received) switch
    {
        (_, MessageType.Abort) => SessionState.Failed,
        (_, >= MessageType.Ping) => state,
        (SessionState.Greeting, MessageType.Hello) => SessionState.Agreeing,
        (SessionState.Agreeing, MessageType.Listening) => SessionState.Agreeing,
        (SessionState.Agreeing, MessageType.Offer or MessageType.Accept) => SessionState.Moving,
        (SessionState.Moving, MessageType.Listening or MessageType.Widen or MessageType.Block or MessageType.Want) => SessionState.Moving,
        (SessionState.Moving, MessageType.Reach or MessageType.Reached) => SessionState.Moving,
        (SessionState.Moving, MessageType.End) => SessionState.Completing,
        (SessionState.Completing, MessageType.Listening or MessageType.Widen or MessageType.Block) => SessionState.Completing,
        (SessionState.Completing, MessageType.Bye) => SessionState.Done,
        (SessionState.Lost, MessageType.Hello) => SessionState.Lost,
        (SessionState.Lost, MessageType.Resume or MessageType.Resumed) => SessionState.Moving,
        _ => SessionState.Failed,
    };
}
