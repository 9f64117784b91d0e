using Pipe.Linux;
using Pipe.Protocol;

namespace Pipe.Engine;

/// <summary>A client as its keeper sees it. The login is in use as long as the connection lasts.</summary>
/// <param name="socket">The connection; owned by this object from here on.</param>
/// <param name="since">When the connection was accepted.</param>
internal sealed class KeeperClient(UnixSocket socket, long since) : IDisposable
{
    private const long Patience = 2000;
    private Spare? _given;
    private bool _isTold;

    public Fd Fd => socket.Fd;

    public bool HasAsked { get; private set; }

    /// <summary>When the client must have sent its request.</summary>
    public long Deadline => HasAsked ? long.MaxValue : since + Patience;

    /// <summary>Reads the client's only request; null as long as none has arrived.</summary>
    /// <exception cref="IOException">The client has gone, or sent invalid data.</exception>
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
            throw new IOException("the client disconnected, or sent too much");
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

    /// <summary>Hands over a server; false, with the server unused, if the client has gone.</summary>
    /// <param name="spare">Owned by this object from here on, if it is handed over.</param>
    /// <param name="ended">Called when its remote shell has ended.</param>
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
    public void Answer()
    {
        if (!_isTold && _given is { Exit: { IsCompletedSuccessfully: true, Result: var how } })
        {
            _isTold = true;
            _ = socket.TrySend(new KeeperAnswer(KeeperAnswerKind.Ended, how.Status, how.Signal).Packed());
        }
    }

    /// <summary>Takes back the server that was handed to the client, if it still runs; owned by the caller from here on.</summary>
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
