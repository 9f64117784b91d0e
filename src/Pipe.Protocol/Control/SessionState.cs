namespace Pipe.Protocol;

/// <summary>The state of a side, determined by the messages it has received on the control channel.</summary>
internal enum SessionState
{
    /// <summary>Only output of the login shell has arrived.</summary>
    Greeting,

    /// <summary>The peer's Hello has arrived; the responder waits for Offer, the initiator for Accept.</summary>
    Agreeing,

    /// <summary>Blocks travel.</summary>
    Moving,

    /// <summary>The receiver has the End and waits for the blocks still in flight; the head of a chain has the Report of a node that still feeds others.</summary>
    Completing,

    /// <summary>The control channel broke. A new one is needed, or connected but not yet attached by Resume or Resumed.</summary>
    Lost,

    /// <summary>The sender has the receiver's verdict, or the receiver has the sender's Bye.</summary>
    Done,

    /// <summary>The peer aborted or violated the protocol. Final.</summary>
    Failed,
}
