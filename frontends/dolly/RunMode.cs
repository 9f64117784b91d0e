namespace Pipe.Dolly;

/// <summary>The part that this process takes.</summary>
internal enum RunMode
{
    /// <summary>Prints how to start.</summary>
    None,

    /// <summary>Sends to nodes that it starts.</summary>
    Head,

    /// <summary>Sends to classic clients, which were started by hand.</summary>
    ClassicServer,

    /// <summary>Waits for a classic server.</summary>
    ClassicClient,
}
