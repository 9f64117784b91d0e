using Pipe.Protocol;

namespace Pipe.Archives;

/// <summary>A file that may have to be recalled before it is read.</summary>
internal readonly record struct RecallFile(string Path, long Size);

/// <summary>What recalls are bound by.</summary>
/// <param name="Budget">Bytes that may be on disk before they are read; one file always may.</param>
/// <param name="Release">Whether files are released once they have been read.</param>
/// <param name="Patience">How long without any progress somebody waits for a file.</param>
/// <param name="TimedOut">What the wait fails with after that.</param>
/// <param name="Waiting">Is told now and then, by the thread that waits, what it waits for.</param>
internal sealed record RecallTerms(long Budget, bool Release, TimeSpan Patience, ExitCode TimedOut, Action<string> Waiting);
