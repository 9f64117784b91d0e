namespace Pipe.Protocol;

/// <summary>Which side makes the data connections. The numbers are on the wire.</summary>
internal enum ConnectMode : byte
{
    /// <summary>Direct, else reverse, else inside the control channel.</summary>
    Auto = 0,

    /// <summary>The initiator connects to the responder.</summary>
    Direct = 1,

    /// <summary>The responder connects to the initiator.</summary>
    Reverse = 2,

    /// <summary>No data connections: everything goes inside the control channel.</summary>
    Ssh = 3,
}
