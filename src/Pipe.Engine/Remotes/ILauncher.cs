namespace Pipe.Engine;

/// <summary>A way to have the program started at the other end.</summary>
internal interface ILauncher
{
    /// <summary>For messages.</summary>
    string Name { get; }

    /// <summary>What to tell the user after <see cref="RemoteExitKind.NotFound"/>.</summary>
    string NotFound { get; }

    /// <summary>Whether a session that was cut may be taken up over another start, which asks the user for nothing.</summary>
    bool CanRelaunch { get; }

    /// <param name="isQuiet">The user cannot be asked for anything.</param>
    /// <exception cref="Failure">Nothing was started.</exception>
    IRemoteProcess Launch(bool isQuiet);
}
