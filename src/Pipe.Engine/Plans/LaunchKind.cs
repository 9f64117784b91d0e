namespace Pipe.Engine;

/// <summary>How the program at the remote end is started.</summary>
internal enum LaunchKind
{
    /// <summary>Over OpenSSH.</summary>
    OpenSsh,

    /// <summary>Over the built-in ssh.</summary>
    BuiltIn,

    /// <summary>By a command of the user.</summary>
    Command,

    /// <summary>As a child process on this host.</summary>
    Local,
}
