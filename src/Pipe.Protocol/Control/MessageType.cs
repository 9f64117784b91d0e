namespace Pipe.Protocol;

/// <summary>
/// Types of control messages. A peer must understand those below 128 and may ignore the others.
/// </summary>
internal enum MessageType : byte
{
    Hello = 1,
    Offer = 2,
    Accept = 3,
    Listening = 4,
    Widen = 5,
    Block = 6,
    Ack = 7,
    End = 8,
    Report = 9,
    Abort = 10,
    Resume = 11,
    Resumed = 12,
    Bye = 13,
    Want = 14,
    Have = 15,
    Reach = 16,
    Reached = 17,
    HaveRanges = 18,
    Demand = 19,
    Feed = 20,
    Unfeed = 21,
    Draw = 22,
    Held = 23,
    Unfed = 24,
    Fault = 25,
    Ping = 128,
    Warning = 129,
    Waiting = 130,
    Total = 131,
    Transports = 132,
    DatagramPolicy = 133,
    Limited = 134,
    Paused = 135,
    Space = 136,
}
