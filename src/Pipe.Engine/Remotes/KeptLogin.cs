using Pipe.Linux;
using Pipe.Protocol;

namespace Pipe.Engine;

/// <summary>
/// A login that outlives the invocation that made it: ssh's connection sharing, over a socket of our own. The same ssh options lead to the same
/// socket. A keeper holds a spare server at the remote end for the next invocation. Where ssh's configuration sets a socket for the host, that
/// login belongs to the user: a spare server may use it on request, and nothing else is done to it.
/// </summary>
internal sealed class KeptLogin : IDisposable
{
    private readonly Access _access;
    private readonly bool _isUsers;
    private string _usersSocket;
    private NameIdentity? _seen;
    private KeeperCall? _call;
    private bool _isNew;
    private (string Place, Digest Key, Access Access)? _keeper;

    private KeptLogin(Access access, string directory, bool isUsers = false, string usersSocket = "")
    {
        (_access, _isUsers, _usersSocket) = (access, isUsers, usersSocket);
        Socket = Paths.Join(directory, NameOf(access.Remote, isUsers ? ["users"] : []));
        _seen = NameIdentity.Of(Socket);
    }

    /// <summary>The socket of the login; for a login of the user, only a name that keepers use.</summary>
    public string Socket { get; }

    /// <summary>Whether an earlier invocation has left a login, working or not.</summary>
    public bool IsThere => _seen is not null;

    /// <summary>
    /// Options for ssh's command line. A silent connection ends the login kept over it, because it would hang all later invocations. The invocation
    /// that ends the keeping makes no new login to be kept.
    /// </summary>
    public IReadOnlyList<string> Options => _isUsers ? [] :
    [
        "-o", IsLast ? "ControlMaster=no" : "ControlMaster=auto",
        "-o", PathOption(Socket),
        "-o", $"ControlPersist={(IsLast ? "no" : _access.Remote.KeepSeconds)}",
        "-o", "ServerAliveInterval=10",
        "-o", "ServerAliveCountMax=3",
    ];

    /// <summary>The command with which the user can end the login.</summary>
    private string Ending => $"ssh -S {ShellWords.Quote(Socket)} -O exit {ShellWords.Quote(_access.Remote.Host)}";

    private bool IsLast => _access.Remote.KeepSeconds == Remote.EndOfKeeping;

    /// <summary>Null if no login is to be kept, or if ssh's configuration already has a socket for this host, which belongs to the user.</summary>
    /// <param name="access">The host, and how to reach it.</param>
    /// <param name="fault">Why no directory can hold the socket, so that no login can be kept; empty if one can.</param>
    public static KeptLogin? Of(Access access, out string fault)
    {
        fault = "";
        if (access.Remote.KeepSeconds == 0 || access.Remote.Launch != LaunchKind.OpenSsh)
        {
            return null;
        }

        if (SocketPlace.Find(out fault) is not { } directory)
        {
            return null;
        }

        var kept = new KeptLogin(access, directory);

        // Asking ssh takes a moment, and was done before if our socket or that of a keeper exists.
        if (kept.IsThere)
        {
            return kept;
        }

        var users = access.Remote.KeepsOverUsers || kept.IsLast ? new KeptLogin(access, directory, isUsers: true) : null;
        return users is not null && KeeperSocket.Of(users.Socket).Count > 0 ? users
            : UsersSocket(access) is not { Length: > 0 } socket ? kept
            : users is null ? null
            : new KeptLogin(access, directory, isUsers: true, socket);
    }

    /// <summary>Explains to the user what happens to the login after this invocation.</summary>
    public static string Note(Access access)
    {
        const string shared = "the configuration of ssh shares logins already";
        return access.Kept switch
        {
            null => $"{shared}; keeping the login changes nothing",
            { _isUsers: true } => $"{shared}; a server waits there for {access.Remote.KeepSeconds} s after the last copy",
            { } kept => $"the login is kept for {access.Remote.KeepSeconds} s after the last copy; {kept.Ending} ends it",
        };
    }

    /// <summary>Takes the spare server; null if there is none, and the invocation logs in as usual.</summary>
    /// <param name="access">The access of this login, with the program to install.</param>
    public RemoteShell? TakeSpare(Access access)
    {
        try
        {
            return Take(access);
        }
        catch (LinuxException)
        {
            // A fault of the spare server must not fail the invocation.
            return null;
        }
    }

    private RemoteShell? Take(Access access)
    {
        var key = SpareKey.Of(access.Remote, SpareWords(access));
        var place = KeeperSocket.PathOf(Socket, SpareKey.Name(key));
        _keeper = (place, key, access);
        _call = KeeperCall.TryAsk(place, new KeeperRequest(KeeperRequestKind.Take, Math.Max(0, _access.Remote.KeepSeconds), key));
        return _call?.Server is null ? null : RemoteShell.Call(access, _call);
    }

    /// <summary>Records the identity of the socket that works.</summary>
    public void Remember() => _seen = NameIdentity.Of(Socket);

    /// <summary>
    /// Retires a login that no longer works: no later invocation uses it. An invocation that is using it is left alone, and so is a login that
    /// has replaced it.
    /// </summary>
    public void Forget()
    {
        _isNew = true;
        if (_seen is { } seen && NameIdentity.Of(Socket) == seen)
        {
            // Otherwise the old ssh would remove its successor's socket when it ends.
            SshMaster.Stop(Socket, _access.Remote.Host);
            seen.Remove(Socket);
        }

        _seen = null;
    }

    /// <summary>Ends the login: invocations that use it continue, the next one logs in.</summary>
    public void End()
    {
        KeeperSocket.Of(Socket).ForEach(KeeperCall.End);

        if (FileStatus.OfName(Socket) is not null)
        {
            SshMaster.Stop(Socket, _access.Remote.Host);
            _ = SshMaster.IsAlive(Socket);
        }
    }

    /// <summary>The invocation has ended: starts a keeper if its login works and has none.</summary>
    public void Dispose()
    {
        _call?.Dispose();
        if (IsLast)
        {
            End();
        }
        else if ((_call is null || _isNew) && _keeper is { } keeper && Master() is { } master)
        {
            KeeperStart.Launch(new KeeperTerms(keeper.Place, keeper.Key, _access.Remote.KeepSeconds, master, _isUsers, SpareWords(keeper.Access, "-o", PathOption(master))));
        }
    }

    /// <summary>The socket of the login; null if there is none.</summary>
    private string? Master()
    {
        if (!_isUsers)
        {
            return IsThere ? Socket : null;
        }

        _usersSocket = _usersSocket.Length > 0 ? _usersSocket : UsersSocket(_access);
        return SshMaster.IsThere(_usersSocket) ? _usersSocket : null;
    }

    /// <summary>Uses the existing login or fails: a spare server is not worth a login of its own.</summary>
    private static List<string> SpareWords(Access access, params string[] path) =>
    [
        "ssh", "-o", "ProxyCommand=false", "-o", "BatchMode=yes", "-o", "ControlMaster=no", .. path,
        .. StartLine.Ssh(access).Skip(1), .. access.SshConfiguration.Overruling(),
        "--", access.Remote.Host, StartLine.Spare(access),
    ];

    private static string PathOption(string socket) => $"ControlPath=\"{socket.Replace("%", "%%", StringComparison.Ordinal)}\"";

    /// <summary>The ControlPath that ssh's configuration sets for this host; empty if none.</summary>
    private static string UsersSocket(Access access) => SshMaster.ValueOf("controlpath", StartLine.Ssh(access), access.Remote.Host);

    /// <summary>ssh's verbosity, and whether it may ask for a password, do not identify a login.</summary>
    private static string NameOf(Remote remote, string[] more)
    {
        var options = remote.SshOptions.Where(static option => !option.StartsWith("LogLevel=", StringComparison.OrdinalIgnoreCase) && !option.StartsWith("BatchMode=", StringComparison.OrdinalIgnoreCase));
        string[] words = [remote.Host, remote.User, $"{remote.SshPort}", remote.SshConfig.Length > 0 ? Path.GetFullPath(remote.SshConfig) : "", .. options, .. more];
        return WordsDigest.Of(words);
    }
}
