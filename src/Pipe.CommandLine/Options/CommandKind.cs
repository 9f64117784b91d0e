namespace Pipe.CommandLine;

/// <summary>What a command line asks for.</summary>
internal enum CommandKind
{
    Copy,
    PrintPlan,
    Serve,

    /// <summary>Serve, once a client calls.</summary>
    Wait,

    /// <summary>End a kept login.</summary>
    EndLogin,
    Usage,
    Version,
}
