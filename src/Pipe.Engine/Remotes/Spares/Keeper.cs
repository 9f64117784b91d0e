using Pipe.Linux;
using Pipe.Protocol;

namespace Pipe.Engine;

/// <summary>
/// The process that keeps a spare server for a kept login and hands it to the next invocation. It ends with the login, or ends the login when the last
/// invocation is long enough ago. It fails silently: a fault costs an invocation nothing but a login.
/// </summary>
internal sealed class Keeper : IDisposable
{
    private const int MostClients = 64;
    private const long LookInterval = 2000;
    private const long StartBesideCall = 50;
    private static readonly TimeSpan ExitAfterEnd = TimeSpan.FromMilliseconds(200);
    private readonly KeeperTerms _terms;
    private readonly KeeperSocket _socket;
    private readonly List<KeeperClient> _clients = [];
    private readonly LeavingServers _leaving = new();
    private readonly PollSet _set = new();
    private readonly Fd _ended;
    private readonly Fd _endedSignal;
    private bool _mayHaveSpares;
    private bool _mayHaveSpareBesideCall = true;
    private Spare? _spare;
    private Spare? _watched;
    private int _seconds;
    private long _lastUse = Now;
    private long _look = Now + LookInterval;
    private long _refill = long.MaxValue;
    private bool _isListening = true;

    private Keeper(KeeperTerms terms, KeeperSocket socket, bool mayHaveSpares)
    {
        (_terms, _socket, _seconds, _mayHaveSpares) = (terms, socket, terms.Seconds, mayHaveSpares);
        (_ended, _endedSignal) = Fd.Pipe("ends of remote shells");
        _ended.SetNonBlocking();
        _endedSignal.SetNonBlocking();
    }

    private static long Now => Environment.TickCount64;

    private bool IsInUse => _leaving.Count > 0 || _clients.Any(static client => client.HasAsked);

    private bool IsIdle => _clients.Count == 0 && _leaving.Count == 0 && Now - _lastUse >= _seconds * 1000L;

    /// <summary>Returns when the login has ended; at once if another keeper runs.</summary>
    public static void Run(KeeperTerms terms)
    {
        if (KeeperSocket.IsAlive(terms.Socket))
        {
            return;
        }

        // Asked before any client can connect, because ssh may be slow.
        var mayHaveSpares = SentVariables.AreKnown(SshMaster.Says(terms.Ssh, terms.Host));
        using var socket = KeeperSocket.Open(terms.Socket);
        using var keeper = new Keeper(terms, socket, mayHaveSpares);
        keeper.Run();
    }

    public void Dispose()
    {
        _clients.ForEach(static client => client.Dispose());
        _leaving.Dispose();
        _spare?.Dispose();
        _ended.Dispose();
        _endedSignal.Dispose();
    }

    private void Run()
    {
        Refill();
        while (_isListening || _clients.Count > 0 || _leaving.Count > 0)
        {
            Wait();
            Serve();
            TendSpare();
            Tick();
        }

        // A login that was killed leaves its name behind.
        _ = IsLoginAlive();
    }

    private bool IsLoginAlive() => _terms.IsUsers ? SshMaster.IsThere(_terms.Master) : SshMaster.IsAlive(_terms.Master);

    private void Wait()
    {
        _set.Clear();
        _watched = _spare;
        _set.Add(_ended);
        _set.Add(_socket.Listener.Fd);
        _set.Add((_spare?.Output) ?? _ended);
        _clients.ForEach(client => _set.Add(client.Fd));
        _set.Wait((int)Math.Clamp(NextDeadline() - Now, 0, LookInterval));
    }

    private long NextDeadline()
    {
        var next = Math.Min(Math.Min(_look, _refill), _clients.Count == 0 ? _lastUse + _seconds * 1000L : long.MaxValue);
        return _clients.Select(static client => client.Deadline).Append(_leaving.Deadline).Append(_spare?.Due ?? long.MaxValue).Append(next).Min();
    }

    /// <summary>Serves the connected clients and accepts new ones.</summary>
    private void Serve()
    {
        const int before = 3;
        var ready = _clients.Where((client, i) => _set.IsReady(before + i) || client.Deadline <= Now).ToArray();
        if (_set.IsReady(0))
        {
            _ = _ended.Read(new byte[64]);
            _clients.ForEach(static client => client.Answer());
        }

        if (_leaving.HaveLeft(Now))
        {
            Refill();
        }

        foreach (var client in ready)
        {
            Serve(client);
        }

        if (_set.IsReady(1))
        {
            Admit();
        }
    }

    private void Admit()
    {
        while (_socket.Listener.TryAccept() is { } connection)
        {
            if (!_isListening || _clients.Count >= MostClients || !connection.IsPeerOurs())
            {
                connection.Dispose();
                continue;
            }

            var client = new KeeperClient(connection, Now);
            _clients.Add(client);
            Serve(client);
        }
    }

    private void Serve(KeeperClient client)
    {
        try
        {
            if (client.Read() is { } request)
            {
                Answer(client, request);
            }
            else if (client.Deadline <= Now)
            {
                Drop(client);
            }
        }
        catch (IOException)
        {
            Drop(client);
        }
    }

    private void Drop(KeeperClient client)
    {
        _clients.Remove(client);
        _leaving.Add(client.TakeBack(), Now);
        client.Dispose();
        if (client.HasAsked)
        {
            _lastUse = Now;
            Refill();
        }
    }

    private void Answer(KeeperClient client, KeeperRequest request)
    {
        if (request.Kind == KeeperRequestKind.End)
        {
            EndLogin();
            Drop(client);
        }
        else if (request.Key != _terms.Key)
        {
            Drop(client);
        }
        else
        {
            _seconds = request.Seconds;
            Give(client);
        }
    }

    /// <summary>Hands the spare server to a client. A server is used once: one that was handed over is forgotten here, and an unusable one is ended.</summary>
    private void Give(KeeperClient client)
    {
        if (_spare is { } spare && spare.Login != NameIdentity.Of(_terms.Master))
        {
            // The login that it runs over was given up and has a successor.
            spare.Dispose();
            _spare = null;
        }
        else if (_spare is { } fit && fit.IsFit(Now) && client.TryGive(fit, () => _endedSignal.TryWrite([1])))
        {
            // A short invocation ends before that; starting a server would compete with it.
            _refill = Now + StartBesideCall;
            _spare = null;
            return;
        }

        if (!client.TryRefuse())
        {
            Drop(client);
        }
    }

    /// <summary>Starts a spare server, unless one waits.</summary>
    private void Refill()
    {
        _refill = long.MaxValue;
        if (_spare is not null || !_isListening || !_mayHaveSpares || (IsInUse && !_mayHaveSpareBesideCall))
        {
            return;
        }

        try
        {
            _spare = Spare.Start(_terms.Words, NameIdentity.Of(_terms.Master), isBesideCall: IsInUse, Now);
        }
        catch (LinuxException)
        {
            StopListening();
        }
    }

    private void TendSpare()
    {
        if (_spare is not { } spare)
        {
            return;
        }

        var isThere = spare != _watched || !_set.IsReady(2) || spare.ReadAnswer();
        if (isThere && spare.IsFit(Now) && spare.Beat(Now))
        {
            return;
        }

        _spare = null;
        if (IsUnknownThere(spare))
        {
            _mayHaveSpares = false;
        }
        else if (spare.IsBesideCall && !spare.IsReady)
        {
            // The host may allow the login no session besides that of the client.
            _mayHaveSpareBesideCall = false;
            Refill();
        }
        else
        {
            // The login has ended, hangs, or allows no further session.
            StopListening();
        }

        spare.Dispose();
    }

    /// <summary>Whether the remote program itself ended before it ever answered: an old version without spare servers.</summary>
    private static bool IsUnknownThere(Spare spare) =>
        !spare.IsReady && spare.Exit.Wait(ExitAfterEnd) && RemoteExit.OfSsh(spare.Exit.Result).Kind is RemoteExitKind.Ended or RemoteExitKind.NotFound;

    /// <summary>Does the periodic work: refills during a long invocation, checks the name and the login, and ends an unused login.</summary>
    private void Tick()
    {
        if (_isListening && IsIdle)
        {
            Leave();
            return;
        }

        if (Now >= _refill)
        {
            Refill();
        }

        if (Now >= _look)
        {
            _look = Now + LookInterval;
            if (!_socket.IsOurs() || !IsLoginAlive())
            {
                StopListening();
            }
        }
    }

    /// <summary>Ends the login if this is its last keeper.</summary>
    private void Leave()
    {
        if (KeeperSocket.Of(_terms.Master).Any(other => other != _terms.Socket && KeeperSocket.IsAlive(other)))
        {
            StopListening();
        }
        else
        {
            EndLogin();
        }
    }

    /// <summary>Ends the login for new invocations; those that use it continue.</summary>
    private void EndLogin()
    {
        StopListening();
        if (!_terms.IsUsers)
        {
            SshMaster.Stop(_terms.Master, _terms.Host);
        }
    }

    /// <summary>Stops listening: the next invocation logs in as usual and starts another keeper.</summary>
    private void StopListening()
    {
        _isListening = false;
        _socket.Remove();
        _spare?.Dispose();
        _spare = null;
    }
}
