using System.Text;
using Pipe.Linux;

namespace Pipe.Engine;

/// <summary>The ssh process that holds a kept login open, identified by its socket, and queries of ssh's configuration.</summary>
internal static class SshMaster
{
    private static readonly TimeSpan StopLimit = TimeSpan.FromSeconds(2);

    /// <summary>Makes it accept no more sessions, and end with its last one.</summary>
    public static void Stop(string socket, string host)
    {
        using var nothing = Fd.Open("/dev/null", OpenFlags.ReadWrite);
        using var child = Child.Start(
            ["ssh", "-F", "/dev/null", "-S", socket.Replace("%", "%%", StringComparison.Ordinal), "-O", "stop", "--", host],
            [nothing, nothing, nothing],
            ownGroup: false);
        if (!child.Exit.Wait(StopLimit))
        {
            child.Signal(Child.SignalKill);
        }
    }

    /// <summary>Whether a process listens at that socket.</summary>
    public static bool IsThere(string socket) => FileStatus.OfName(socket) is { IsSocket: true } && !UnixSocket.IsAbandoned(socket);

    /// <summary>Whether a process listens at that socket. Removes the name that a killed process has left.</summary>
    public static bool IsAlive(string socket)
    {
        if (FileStatus.OfName(socket) is not { IsSocket: true } || NameIdentity.Of(socket) is not { } before)
        {
            return false;
        }

        if (!UnixSocket.IsAbandoned(socket))
        {
            return true;
        }

        before.Remove(socket);
        return false;
    }

    /// <summary>The configuration that ssh computes for a host, one word and its value per line; empty if ssh cannot be run.</summary>
    /// <param name="words">ssh and its options.</param>
    /// <param name="host">The host as the user named it.</param>
    public static string[] Says(IReadOnlyList<string> words, string host)
    {
        var (output, childOutput) = Fd.Pipe("ssh -G");
        using (output)
        using (var child = StartAsking(words, host, childOutput))
        {
            return child is null ? [] : Encoding.UTF8.GetString(ReadAll(output)).Split('\n');
        }
    }

    /// <summary>The value of one word of that configuration; empty if the word is missing.</summary>
    /// <param name="key">The word, in lower case.</param>
    /// <param name="words">ssh and its options.</param>
    /// <param name="host">The host as the user named it.</param>
    public static string ValueOf(string key, IReadOnlyList<string> words, string host)
    {
        var start = $"{key} ";
        var line = Array.Find(Says(words, host), one => one.StartsWith(start, StringComparison.Ordinal));
        return line is null ? "" : line[start.Length..];
    }

    private static Child? StartAsking(IReadOnlyList<string> words, string host, Fd output)
    {
        using (output)
        using (var nothing = Fd.Open("/dev/null", OpenFlags.ReadWrite))
        {
            try
            {
                return Child.Start([.. words, "-G", "--", host], [nothing, output, nothing], ownGroup: false);
            }
            catch (LinuxException)
            {
                return null;
            }
        }
    }

    private static byte[] ReadAll(Fd input)
    {
        var all = new MemoryStream();
        var some = new byte[4096];
        for (int count; (count = input.Read(some)) > 0;)
        {
            all.Write(some, 0, count);
        }

        return all.ToArray();
    }
}
