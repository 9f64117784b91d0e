namespace Pipe.CommandLine;

/// <summary>The action that a command line requests.</summary>
internal enum CommandKind
{
    Copy,
    PrintPlan,
    Serve,

    /// <summary>Wait for the call of a client, then serve.</summary>
    Wait,

    /// <summary>End a kept login.</summary>
    EndLogin,
    Usage,
    Version,
}
