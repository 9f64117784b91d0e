using Pipe.Protocol;

namespace Pipe.Archives;

/// <summary>A file that may have to be recalled before it is read.</summary>
internal readonly record struct RecallFile(string Path, long Size);

/// <summary>The limits of recalls.</summary>
/// <param name="Budget">Maximum bytes on disk ahead of the reader; one file is always allowed.</param>
/// <param name="Release">Whether to release files once they have been read.</param>
/// <param name="Patience">The longest wait for a file without progress.</param>
/// <param name="TimedOut">The exit code when that time is over.</param>
/// <param name="Waiting">Called periodically, on the waiting thread, with the reason for the wait.</param>
internal sealed record RecallTerms(long Budget, bool Release, TimeSpan Patience, ExitCode TimedOut, Action<string> Waiting);
