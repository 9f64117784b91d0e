using System.Diagnostics;
using Pipe.Linux;
using Pipe.Protocol;

namespace Pipe.Engine;

/// <summary>
/// This invocation's connection to its login's keeper. Whatever listens at the other end, the call takes a bounded time; a listener that does not
/// answer like a keeper is ignored.
/// </summary>
internal sealed class KeeperCall : IDisposable
{
    private readonly UnixSocket _socket;
    private readonly TaskCompletionSource<RemoteExit> _exit = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Wake _closing = new();
    private bool _isWatched;

    private KeeperCall(UnixSocket socket) => _socket = socket;

    /// <summary>The input, output and error output of the server that was handed over; null if none was.</summary>
    public (Fd Input, Fd Output, Fd Errors)? Server { get; private set; }

    /// <summary>How the remote shell of the server ends; counts as lost if the keeper ends first.</summary>
    public Task<RemoteExit> Exit => _exit.Task;

    /// <summary>Null if no keeper answers; its name is then free for another.</summary>
    /// <param name="path">The path of its socket.</param>
    /// <param name="request">The request.</param>
    public static KeeperCall? TryAsk(string path, KeeperRequest request)
    {
        if (NameIdentity.Of(path) is not { } seen || UnixSocket.TryConnect(path) is not { } socket)
        {
            return null;
        }

        var call = new KeeperCall(socket);
        if (socket.IsPeerOurs() && socket.TrySend(request.Packed()) && call.TryHear())
        {
            return call;
        }

        call.Dispose();
        seen.Remove(path);
        return null;
    }

    /// <summary>Waits, up to a limit, until a keeper has ended the login on request.</summary>
    public static void End(string path)
    {
        const int limit = 3000;
        var seen = NameIdentity.Of(path);
        using var socket = UnixSocket.TryConnect(path);
        if (socket is not null && socket.IsPeerOurs() && socket.TrySend(new KeeperRequest(KeeperRequestKind.End, 0, default).Packed()))
        {
            _ = Wake.Await(socket.Fd, PollFd.In, limit);
        }

        seen?.Remove(path);
    }

    /// <summary>Starts to watch for the end of the remote shell.</summary>
    public void Watch()
    {
        _isWatched = true;
        DataThread.Start("keeper", () =>
        {
            _exit.TrySetResult(AwaitEnd());
            _socket.Dispose();
            _closing.Dispose();
        });
    }

    /// <summary>Ends the call: the keeper ends the rest of the server, and the login is no longer in use.</summary>
    public void Dispose()
    {
        if (_isWatched)
        {
            _closing.Signal();
            return;
        }

        Server?.Input.Dispose();
        Server?.Output.Dispose();
        Server?.Errors.Dispose();
        _socket.Dispose();
        _closing.Dispose();
    }

    /// <summary>False if no valid answer of a keeper arrives.</summary>
    private bool TryHear()
    {
        var descriptors = new List<Fd>();
        if (TryReceive(Limits.KeeperAnswerMilliseconds, descriptors) is { Kind: KeeperAnswerKind.Given or KeeperAnswerKind.None } answer)
        {
            var isGiven = answer.Kind == KeeperAnswerKind.Given;
            if (descriptors.Count == (isGiven ? KeeperAnswer.Descriptors : 0) && descriptors.All(static fd => FileStatus.Of(fd).IsPipe))
            {
                Server = isGiven ? (descriptors[0], descriptors[1], descriptors[2]) : null;
                return true;
            }
        }

        descriptors.ForEach(static fd => fd.Dispose());
        return false;
    }

    private KeeperAnswer? TryReceive(int milliseconds, List<Fd> descriptors)
    {
        var started = Stopwatch.GetTimestamp();
        var packet = new byte[KeeperAnswer.Size];
        try
        {
            for (int left; (left = milliseconds - (int)Stopwatch.GetElapsedTime(started).TotalMilliseconds) > 0 && Wake.Await(_socket.Fd, PollFd.In, left);)
            {
                var count = _socket.Receive(packet, descriptors);
                if (count >= 0)
                {
                    return KeeperAnswer.Read(packet.AsSpan(0, count));
                }
            }
        }
        catch (Exception e) when (e is LinuxException or ProtocolException)
        {
            // Treated as no answer.
        }

        return null;
    }

    private RemoteExit AwaitEnd()
    {
        var descriptors = new List<Fd>();
        var answer = _closing.Readable(_socket.Fd) ? TryReceive(milliseconds: 1, descriptors) : null;
        descriptors.ForEach(static fd => fd.Dispose());
        return answer is { Kind: KeeperAnswerKind.Ended } ended
            ? RemoteExit.OfSsh(new ExitStatus(ended.Signal == 0 ? ended.Status : 0, ended.Signal))
            : RemoteExit.Lost;
    }
}
