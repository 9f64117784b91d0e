using System.Collections.Concurrent;
using Pipe.Protocol;

namespace Pipe.Engine;

/// <summary>
/// Tells all remote ends when the user suspends this process and when it continues. A remote end that is not told takes the silence for a lost peer.
/// </summary>
internal static class Suspension
{
    /// <summary>The longest delay of the stop for a channel that is full.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    private static readonly ConcurrentDictionary<RemoteShell, bool> Shells = new();

    public static void Add(RemoteShell shell) => Shells[shell] = true;

    public static void Remove(RemoteShell shell) => Shells.TryRemove(shell, out _);

    /// <summary>Called before this process stops.</summary>
    public static void Begin()
    {
        Tell(new Paused(Limits.MaxPauseSeconds));
        RunClock.Stop();
    }

    /// <summary>Called when this process runs again.</summary>
    public static void End()
    {
        RunClock.GoOn();
        Tell(new Paused(0));
    }

    private static void Tell(Paused paused) =>
        Task.WaitAll([.. Shells.Keys.Select(shell => Task.Run(() => shell.Tell(paused)))], Patience);
}
