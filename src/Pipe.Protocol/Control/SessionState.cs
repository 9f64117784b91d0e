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
