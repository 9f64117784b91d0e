namespace Pipe.Engine;

/// <summary>How the program at the remote end is started.</summary>
internal enum LaunchKind
{
    /// <summary>Over OpenSSH.</summary>
    OpenSsh,

    /// <summary>Over the ssh that this program contains.</summary>
    BuiltIn,

    /// <summary>By a command of the user.</summary>
    Command,

    /// <summary>As a child process on this host.</summary>
    Local,
}
