namespace Pipe.Engine;

/// <summary>Exit statuses of ssh itself.</summary>
internal static class SshExit
{
    /// <summary>ssh could not connect, could not log in, or lost the connection.</summary>
    public const int Failed = 255;
}
