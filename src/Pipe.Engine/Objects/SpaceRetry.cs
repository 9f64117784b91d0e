using System.Diagnostics;
using System.Globalization;
using Pipe.Linux;
using Pipe.Protocol;

namespace Pipe.Engine;

/// <summary>
/// The policy for a full disk: fail, or retry until there is space, and report the wait. Only the same operation shows whether there is space: statfs
/// may report another file system, or ignore a project quota.
/// </summary>
/// <param name="seconds">The longest wait without progress; 0 makes a full disk an error at once.</param>
/// <param name="tell">Called with the reason for the wait, at once and every ten seconds; then with "" when the work resumes.</param>
internal sealed class SpaceRetry(int seconds, Action<string> tell) : IDisposable
{
    private static readonly TimeSpan FirstPause = TimeSpan.FromSeconds(0.2);
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan BetweenWords = TimeSpan.FromSeconds(10);
    private readonly ManualResetEventSlim _over = new();

    public static SpaceRetry None => new(0, _ => { });

    public int Seconds => seconds;

    /// <summary>Called in each pause; may free space. Returns the reason if there will never be any, otherwise null.</summary>
    public Func<string?> Reclaim { get; set; } = () => null;

    /// <summary>Does the work, and repeats it while it fails for lack of space.</summary>
    /// <param name="directory">A directory on the disk in question.</param>
    /// <param name="work">The work, which starts over each time.</param>
    /// <exception cref="LinuxException">It failed for another reason, or no wait is allowed.</exception>
    /// <exception cref="Failure">There was no space for too long, or there will never be any.</exception>
    public void Persist(string directory, Action work)
    {
        var since = 0L;
        var told = 0L;
        for (var pause = FirstPause; ; pause = pause * 2 < LongestPause ? pause * 2 : LongestPause)
        {
            try
            {
                work();
                if (since != 0)
                {
                    tell("");
                }

                return;
            }
            catch (LinuxException e) when (e.IsNoSpace && seconds > 0)
            {
                since = since == 0 ? Stopwatch.GetTimestamp() : since;
                if (told == 0 || Stopwatch.GetElapsedTime(told) >= BetweenWords)
                {
                    told = Stopwatch.GetTimestamp();
                    tell(Words(directory, e, Stopwatch.GetElapsedTime(since)));
                }

                Pause(e, pause, Stopwatch.GetElapsedTime(since));
            }
        }
    }

    /// <summary>Ends all waits. Any thread, any time.</summary>
    public void GiveUp() => _over.Set();

    public void Dispose() => _over.Dispose();

    private void Pause(LinuxException e, TimeSpan pause, TimeSpan waited)
    {
        if (Reclaim() is { } never)
        {
            throw new Failure(ExitCode.TimedOut, $"{e.Message}, and no space can become free: {never}", "use smaller fragments, or free some space");
        }

        var left = TimeSpan.FromSeconds(seconds) - waited;
        if (left <= TimeSpan.Zero)
        {
            throw new Failure(ExitCode.TimedOut, $"{e.Message}, and still no space after {seconds} s", $"{OptionWord.Wait} SECONDS waits longer; {OptionWord.Resume} continues an archive");
        }

        if (_over.Wait(pause < left ? pause : left))
        {
            throw new Failure(ExitCode.Interrupted, $"{e.Message}: given up while waiting for space");
        }
    }

    private string Words(string directory, LinuxException e, TimeSpan waited) => string.Create(
        CultureInfo.InvariantCulture,
        $"{e.Message}; {FreeBytes(directory)} free, waiting for {(int)waited.TotalSeconds} of {seconds} s");

    private static string FreeBytes(string directory)
    {
        try
        {
            using var place = Fd.Open(Paths.OrHere(directory), OpenFlags.PathOnly);
            return ByteSize.Round(place.FreeBytes());
        }
        catch (LinuxException)
        {
            return "an unknown number of bytes";
        }
    }
}
