namespace Pipe.CommandLine;

/// <summary>What a command line asks for.</summary>
internal enum CommandKind
{
    Copy,
    PrintPlan,
    Serve,
    Usage,
    Version,
}
