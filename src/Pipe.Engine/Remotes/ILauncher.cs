namespace Pipe.Engine;

/// <summary>Starts the program at the other end.</summary>
internal interface ILauncher
{
    /// <summary>The name in messages.</summary>
    string Name { get; }

    /// <summary>The text for the user after <see cref="RemoteExitKind.NotFound"/>.</summary>
    string NotFound { get; }

    /// <summary>Whether an interrupted session may be resumed over another launch, which does not prompt the user.</summary>
    bool CanRelaunch { get; }

    /// <summary>Whether ssh's configuration may map the name of the host to another one.</summary>
    bool FollowsSshConfiguration => false;

    /// <param name="isQuiet">Whether the launch must not prompt the user.</param>
    /// <exception cref="Failure">The launch failed.</exception>
    IRemoteProcess Launch(bool isQuiet);
}
