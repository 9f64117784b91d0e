using Pipe.Engine;
using Pipe.Linux;
using Pipe.Protocol;

namespace Pipe.Nbd;

/// <summary>One connection of a source. Reconnects when it breaks.</summary>
/// <param name="source">The source, which holds the queue.</param>
/// <param name="first">The highest priority of the ranges that it takes.</param>
/// <param name="last">The lowest priority of the ranges that it takes.</param>
internal sealed class NbdSourceLane(NbdCloneSource source, FetchPriority first, FetchPriority last)
{
    /// <summary>Maximum size of one request in bytes.</summary>
    public const int MostBytes = 1 << 20;

    private const int MostRequests = 32;
    private const int FirstRest = 100;
    private const int LongestRest = 2000;
    private readonly SourceRange[] _asked = new SourceRange[MostRequests];
    private readonly Stack<int> _free = new(Enumerable.Range(0, MostRequests));
    private NbdClient? _client;
    private volatile bool _isBroken;
    private volatile bool _isClosed;
    private string _cause = "";

    public FetchPriority First => first;

    public FetchPriority Last => last;

    public bool IsBroken => _isBroken;

    /// <summary>Whether the maximum number of requests is in flight.</summary>
    public bool IsFull
    {
        get
        {
            lock (_free)
            {
                return _free.Count == 0;
            }
        }
    }

    /// <summary>Starts the threads of the lane.</summary>
    /// <param name="client">An open connection; null to connect.</param>
    public void Start(NbdClient? client)
    {
        _client = client;
        DataThread.Start("source", Run);
    }

    public void Close()
    {
        _isClosed = true;
        _client?.Shutdown();
    }

    private void Run()
    {
        while (!_isClosed && TryConnect())
        {
            var client = _client!;
            var receiver = DataThread.Start("source", () => Receive(client));
            Send(client);
            client.Shutdown();
            receiver.Join();
            client.Dispose();
            _client = null;
            GiveBack();
            if (!_isClosed)
            {
                source.Lost(_cause);
            }
        }
    }

    /// <summary>Retries until it is connected; false if the source is closed or has changed.</summary>
    private bool TryConnect()
    {
        for (var rest = FirstRest; _client is null; rest = Math.Min(LongestRest, 2 * rest))
        {
            try
            {
                _client = source.Connect();
                if (_client.Export.Bytes != source.Size)
                {
                    source.Target.SourceChanged($"{source.Name}: it has {_client.Export.Bytes} bytes now, and had {source.Size}");
                    return false;
                }

                if (source.LostSince > 0 && !source.IsSame(_client))
                {
                    return false;
                }
            }
            catch (IOException e)
            {
                _client?.Dispose();
                _client = null;
                source.Lost(e.Message);
                if (!source.Rest(rest))
                {
                    return false;
                }
            }
        }

        _isBroken = false;
        source.Back();
        return true;
    }

    private void Send(NbdClient client)
    {
        while (source.TryTake(this, out var range))
        {
            if (range.IsZero)
            {
                source.Target.ArrivedZeros(range.Offset, range.Length);
                continue;
            }

            int cookie;
            lock (_free)
            {
                cookie = _free.Pop();
                _asked[cookie] = range;
            }

            try
            {
                client.Ask((ulong)cookie, range.Offset, range.Length);
            }
            catch (IOException e)
            {
                Break(e.Message);
                return;
            }
        }
    }

    private void Receive(NbdClient client)
    {
        using var slab = new Slab(MostBytes);
        try
        {
            while (true)
            {
                Take(client, slab);
            }
        }
        catch (Exception e) when (e is IOException or ProtocolException)
        {
            Break(e.Message);
        }
    }

    private void Take(NbdClient client, Slab slab)
    {
        var reply = client.Next();
        var (offset, length, _, _) = Find(reply.Cookie);
        if (reply.Error == NbdError.None)
        {
            client.Receive(slab.Payload[..(int)length]);
            source.Count(length);
        }

        Free((int)reply.Cookie);
        if (reply.Error == NbdError.None)
        {
            source.Target.Arrived(offset, slab.Payload[..(int)length]);
        }
        else
        {
            source.Target.FetchFailed(offset, length, $"{source.Name}: {LinuxException.Describe((int)reply.Error)}");
        }

        source.WakeLanes();
    }

    private SourceRange Find(ulong cookie)
    {
        lock (_free)
        {
            return cookie < MostRequests && _asked[cookie].Length > 0 ? _asked[cookie] : throw new ProtocolException("an answer to a question that was not asked");
        }
    }

    private void Free(int cookie)
    {
        lock (_free)
        {
            _asked[cookie] = default;
            _free.Push(cookie);
        }
    }

    private void Break(string cause)
    {
        _cause = cause;
        _isBroken = true;
        source.WakeLanes();
    }

    /// <summary>Requeues the requests in flight, for another lane or the next connection.</summary>
    private void GiveBack()
    {
        for (var cookie = 0; cookie < MostRequests; cookie++)
        {
            var (offset, length, priority, _) = _asked[cookie];
            if (length > 0)
            {
                Free(cookie);
                source.Request(offset, length, priority);
            }
        }
    }
}

/// <summary>A range for one request.</summary>
/// <param name="Offset">Start of the range.</param>
/// <param name="Length">Length in bytes.</param>
/// <param name="Priority">Priority of the request.</param>
/// <param name="IsZero">Whether the bytes are known to be zeros, so that no request is needed.</param>
internal readonly record struct SourceRange(long Offset, long Length, FetchPriority Priority, bool IsZero);
