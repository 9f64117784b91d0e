using System.Globalization;
using Pipe.Linux;
using Pipe.Protocol;

namespace Pipe.Engine;

/// <summary>
/// A login that outlives the call that made it: ssh's connection sharing, over a socket of our own. The same words to ssh lead to the
/// same socket. A keeper has a server wait at the far end for the next call.
/// </summary>
internal sealed class KeptLogin : IDisposable
{
    private readonly Access _access;
    private FileStatus? _seen;
    private KeeperCall? _call;
    private KeeperOrder? _order;

    private KeptLogin(Access access, string directory)
    {
        _access = access;
        Socket = Paths.Join(directory, NameOf(access.Remote));
        _seen = FileStatus.OfName(Socket);
    }

    public string Socket { get; }

    /// <summary>Whether a call has left a login, dead or alive.</summary>
    public bool IsThere => _seen is not null;

    /// <summary>
    /// Added to ssh's command line. A connection that has gone silent ends the login that is kept over it, or it would hang all calls
    /// to come. The last call makes no new login to be kept.
    /// </summary>
    public IReadOnlyList<string> Options =>
    [
        "-o", IsLast ? "ControlMaster=no" : "ControlMaster=auto",
        "-o", PathOption,
        "-o", $"ControlPersist={(IsLast ? "no" : _access.Remote.KeepSeconds)}",
        "-o", "ServerAliveInterval=10",
        "-o", "ServerAliveCountMax=3",
    ];

    /// <summary>What a user types to end it.</summary>
    public string Ending => $"ssh -S {ShellWords.Quote(Socket)} -O exit {ShellWords.Quote(_access.Remote.Host)}";

    private string PathOption => $"ControlPath=\"{Socket.Replace("%", "%%", StringComparison.Ordinal)}\"";

    private bool IsLast => _access.Remote.KeepSeconds == Remote.EndOfKeeping;

    /// <summary>Null if none is to be kept, or if ssh's configuration has a socket for this host already: that one is the user's.</summary>
    /// <exception cref="Failure">There is no place for the socket.</exception>
    public static KeptLogin? Of(Access access)
    {
        if (access.Remote.KeepSeconds == 0 || access.Remote.Shell.Length > 0)
        {
            return null;
        }

        var kept = new KeptLogin(access, SocketPlace.Directory());

        // Asking ssh takes a moment. Where our socket is, it has been asked.
        return kept.IsThere || !HasSocketOfItsOwn(access) ? kept : null;
    }

    /// <summary>A server that waits there for a call; null if there is none, and the call logs in as usual.</summary>
    /// <param name="access">This login, and what to bring along.</param>
    public RemoteShell? TakeSpare(Access access)
    {
        try
        {
            return Take(access);
        }
        catch (LinuxException)
        {
            // What is wrong with it must not be wrong with the call.
            return null;
        }
    }

    private RemoteShell? Take(Access access)
    {
        var words = SpareWords(access);
        var key = SpareKey.Of(access.Remote, words);
        _order = new KeeperOrder(KeeperSocket.PathOf(Socket, SpareKey.Name(key)), key, _access.Remote.KeepSeconds, Socket, words);
        _call = KeeperCall.TryAsk(_order.Socket, new KeeperRequest(KeeperRequestKind.Take, Math.Max(0, _access.Remote.KeepSeconds), key));
        return _call?.Server is null ? null : RemoteShell.Call(access, _call);
    }

    /// <summary>Notes which socket it is that works.</summary>
    public void Remember() => _seen = FileStatus.OfName(Socket);

    /// <summary>
    /// It leads nowhere: no call is to use it from here on. One that uses it now is left alone, and so is one that has taken its place.
    /// </summary>
    public void Forget()
    {
        if (_seen is not null && FileStatus.OfName(Socket) == _seen)
        {
            // Otherwise it would take the next one's socket away when it ends.
            SshMaster.Stop(Socket, _access.Remote.Host);
        }

        if (_seen is not null && FileStatus.OfName(Socket) == _seen)
        {
            Paths.Remove(Socket);
        }

        _seen = null;
    }

    /// <summary>Ends the login: calls that use it go on, the next one logs in.</summary>
    public void End()
    {
        KeeperSocket.Of(Socket).ForEach(KeeperCall.End);

        if (FileStatus.OfName(Socket) is not null)
        {
            SshMaster.Stop(Socket, _access.Remote.Host);
            _ = SshMaster.IsAlive(Socket);
        }
    }

    /// <summary>The call has ended. If its login works and has no keeper, it gets one.</summary>
    public void Dispose()
    {
        _call?.Dispose();
        if (IsLast)
        {
            End();
        }
        else if (_call is null && IsThere && _order is not null)
        {
            KeeperStart.Launch(_order);
        }
    }

    /// <summary>Over the login or not at all: a spare server is not worth a login of its own.</summary>
    private List<string> SpareWords(Access access) =>
    [
        "ssh", "-o", "ProxyCommand=false", "-o", "BatchMode=yes", "-o", "ControlMaster=no", "-o", PathOption,
        .. StartLine.Ssh(access).Skip(1),
        "--", access.Remote.Host, StartLine.Spare(access),
    ];

    private static bool HasSocketOfItsOwn(Access access) =>
        SshMaster.Says(StartLine.Ssh(access), access.Remote.Host).Any(static line => line.StartsWith("controlpath ", StringComparison.Ordinal));

    /// <summary>How much ssh says makes no other login.</summary>
    private static string NameOf(Remote remote)
    {
        var options = remote.SshOptions.Where(static option => !option.StartsWith("LogLevel=", StringComparison.OrdinalIgnoreCase));
        string[] words = [remote.Host, remote.User, $"{remote.SshPort}", remote.SshConfig.Length > 0 ? Path.GetFullPath(remote.SshConfig) : "", .. options];
        return Digest.Of(DigestKind.XxHash3, RawText.Encode(string.Join('\0', words)), 0).A.ToString("x16", CultureInfo.InvariantCulture);
    }
}
