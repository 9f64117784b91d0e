using Pipe.Linux;
using Pipe.Protocol;

namespace Pipe.Engine;

/// <summary>A call as its keeper sees it. As long as the connection lasts the login is in use.</summary>
/// <param name="socket">The connection; owned from here on.</param>
/// <param name="since">When it was made.</param>
internal sealed class KeeperClient(UnixSocket socket, long since) : IDisposable
{
    private const long Patience = 2000;
    private Spare? _given;
    private bool _isTold;

    public Fd Fd => socket.Fd;

    public bool HasAsked { get; private set; }

    /// <summary>When it has to have said what it wants.</summary>
    public long Deadline => HasAsked ? long.MaxValue : since + Patience;

    /// <summary>What it wants, once: null as long as nothing has come.</summary>
    /// <exception cref="IOException">It has gone, or says what makes no sense.</exception>
    public KeeperRequest? Read()
    {
        var packet = new byte[KeeperRequest.Size];
        var strays = new List<Fd>();
        var count = socket.Receive(packet, strays);
        strays.ForEach(static fd => fd.Dispose());
        if (count < 0)
        {
            return null;
        }

        if (count == 0 || HasAsked || strays.Count > 0)
        {
            throw new IOException("a client that has gone, or says too much");
        }

        HasAsked = true;
        try
        {
            return KeeperRequest.Read(packet.AsSpan(0, count));
        }
        catch (ProtocolException e)
        {
            throw new IOException(e.Message);
        }
    }

    public bool TryRefuse() => socket.TrySend(new KeeperAnswer(KeeperAnswerKind.None).Packed());

    /// <summary>Hands a server over; false if the client has gone, and then the server is untouched.</summary>
    /// <param name="spare">Owned from here on, if it is taken.</param>
    /// <param name="ended">Is called when its remote shell has ended.</param>
    public bool TryGive(Spare spare, Action ended)
    {
        if (!socket.TrySend(new KeeperAnswer(KeeperAnswerKind.Given).Packed(), spare.Input, spare.Output, spare.Errors))
        {
            return false;
        }

        spare.LetGo();
        _given = spare;
        spare.Exit.ContinueWith(_ => ended(), TaskContinuationOptions.ExecuteSynchronously);
        return true;
    }

    /// <summary>Tells the client, once, how the remote shell ended, if it has.</summary>
    public void Tell()
    {
        if (!_isTold && _given is { Exit: { IsCompletedSuccessfully: true, Result: var how } })
        {
            _isTold = true;
            _ = socket.TrySend(new KeeperAnswer(KeeperAnswerKind.Ended, how.Status, how.Signal).Packed());
        }
    }

    /// <summary>What was handed to it, if it still runs; owned by the caller from here on.</summary>
    public Spare? TakeBack()
    {
        var given = _given is { Exit.IsCompleted: false } ? _given : null;
        _given = given is null ? _given : null;
        return given;
    }

    public void Dispose()
    {
        socket.Dispose();
        _given?.Dispose();
    }
}
