using System.Globalization;
using System.Text;
using Pipe.Linux;
using Pipe.Protocol;

namespace Pipe.Engine;

/// <summary>
/// A login that outlives the call that made it: ssh's connection sharing, over a socket of our own. The same words to ssh lead to the
/// same socket.
/// </summary>
internal sealed class KeptLogin
{
    private static readonly TimeSpan StopLimit = TimeSpan.FromSeconds(2);
    private readonly Access _access;
    private FileStatus? _seen;

    private KeptLogin(Access access, string socket)
    {
        _access = access;
        Socket = socket;
        _seen = FileStatus.OfName(socket);
    }

    public string Socket { get; }

    /// <summary>Whether somebody has left a login, dead or alive.</summary>
    public bool IsThere => _seen is not null;

    /// <summary>
    /// Added to ssh's command line. A connection that has gone silent ends the login that is kept over it, or it would hang all who
    /// come after.
    /// </summary>
    public IReadOnlyList<string> Options =>
    [
        "-o", "ControlMaster=auto",
        "-o", $"ControlPath=\"{Socket.Replace("%", "%%", StringComparison.Ordinal)}\"",
        "-o", $"ControlPersist={_access.Remote.KeepSeconds}",
        "-o", "ServerAliveInterval=10",
        "-o", "ServerAliveCountMax=3",
    ];

    /// <summary>What a user types to end it.</summary>
    public string Ending => $"ssh -S {ShellWords.Quote(Socket)} -O exit {ShellWords.Quote(_access.Remote.Host)}";

    /// <summary>Null if none is to be kept, or if ssh's configuration has a socket for this host already: that one is the user's.</summary>
    /// <exception cref="Failure">There is no place for the socket.</exception>
    public static KeptLogin? Of(Access access)
    {
        if (access.Remote.KeepSeconds == 0 || access.Remote.Shell.Length > 0)
        {
            return null;
        }

        var kept = new KeptLogin(access, Paths.Join(SocketPlace.Directory(), NameOf(access.Remote)));

        // Asking ssh takes a moment. Where our socket is, it has been asked.
        return kept.IsThere || !SshSays(access).Any(line => line.StartsWith("controlpath ", StringComparison.Ordinal)) ? kept : null;
    }

    /// <summary>Notes which socket it is that works.</summary>
    public void Remember() => _seen = FileStatus.OfName(Socket);

    /// <summary>
    /// It leads nowhere: nobody is to use it from here on. Who uses it now is left alone, and so is one that has taken its place.
    /// </summary>
    public void Forget()
    {
        if (_seen is not null && FileStatus.OfName(Socket) == _seen)
        {
            Stop();
        }

        if (_seen is not null && FileStatus.OfName(Socket) == _seen)
        {
            Paths.Remove(Socket);
        }

        _seen = null;
    }

    /// <summary>Asks the process behind it to let it go; otherwise it would take the next one's socket away when it ends.</summary>
    private void Stop()
    {
        using var nothing = Fd.Open("/dev/null", OpenFlags.ReadWrite);
        using var child = Child.Start(
            ["ssh", "-F", "/dev/null", "-S", Socket.Replace("%", "%%", StringComparison.Ordinal), "-O", "stop", "--", _access.Remote.Host],
            [nothing, nothing, nothing],
            ownGroup: false);
        if (!child.Exit.Wait(StopLimit))
        {
            child.Signal(Child.SignalKill);
        }
    }

    /// <summary>The configuration that ssh comes to for this host, one word and its value a line.</summary>
    private static string[] SshSays(Access access)
    {
        var (output, childOutput) = Fd.Pipe("ssh -G");
        using (output)
        using (var child = StartAsking(access, childOutput))
        {
            return child is null ? [] : Encoding.UTF8.GetString(ReadAll(output)).Split('\n');
        }
    }

    /// <summary>Null if ssh cannot be started: whoever needs it for more says so.</summary>
    private static Child? StartAsking(Access access, Fd output)
    {
        using (output)
        using (var nothing = Fd.Open("/dev/null", OpenFlags.ReadWrite))
        {
            try
            {
                return Child.Start([.. StartLine.Ssh(access), "-G", "--", access.Remote.Host], [nothing, output, nothing], ownGroup: false);
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

    private static string NameOf(Remote remote)
    {
        string[] words = [remote.Host, remote.User, $"{remote.SshPort}", remote.SshConfig.Length > 0 ? Path.GetFullPath(remote.SshConfig) : "", .. remote.SshOptions];
        return Digest.Of(DigestKind.XxHash3, RawText.Encode(string.Join('\0', words)), 0).A.ToString("x16", CultureInfo.InvariantCulture);
    }
}
