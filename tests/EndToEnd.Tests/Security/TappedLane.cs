using System.Net;
using System.Net.Sockets;
using Pipe.Protocol;

namespace EndToEnd.Tests.Security;

/// <summary>One data connection with an attacker in the middle, who reads the greeting, the proofs and then piece after piece.</summary>
internal sealed class TappedLane : IDisposable
{
    private readonly Middle _middle;
    private readonly Socket _connector;
    private readonly Socket _listener = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
    private readonly MemoryStream _carried = new();

    public TappedLane(Middle middle, Socket connector, int ordinal)
    {
        (_middle, _connector, Ordinal) = (middle, connector, ordinal);
        _connector.NoDelay = true;
    }

    /// <summary>How many connections came before this one, whatever their number.</summary>
    public int Ordinal { get; }

    public byte[] Hello { get; private set; } = [];

    /// <summary>Nonce and proof of the listening side.</summary>
    public byte[] Answer { get; private set; } = [];

    public byte[] Proof { get; private set; } = [];

    /// <summary>The number of the lane.</summary>
    public int Number => Hello.Length == 0 ? 0 : BitConverter.ToUInt16(Hello, 10);

    /// <summary>The pieces that came to this place, in both directions.</summary>
    public List<Piece> Blocks { get; } = [];

    public List<Piece> Acks { get; } = [];

    /// <summary>All that both ends sent.</summary>
    public byte[] Carried
    {
        get
        {
            lock (_carried)
            {
                return _carried.ToArray();
            }
        }
    }

    /// <summary>One piece of a kind, as soon as it is there.</summary>
    public Piece Await(bool isBlock, int index)
    {
        var all = isBlock ? Blocks : Acks;
        lock (all)
        {
            while (all.Count <= index)
            {
                Monitor.Wait(all);
            }

            return all[index];
        }
    }

    /// <summary>One piece of a kind if it has been there; null otherwise.</summary>
    public Piece? Seen(bool isBlock, int index)
    {
        var all = isBlock ? Blocks : Acks;
        lock (all)
        {
            return all.Count > index ? all[index] : null;
        }
    }

    public void Start(int port)
    {
        try
        {
            _listener.Connect(IPAddress.Loopback, port);
        }
        catch (SocketException)
        {
            Dispose();
            return;
        }

        Run(FromConnector);
        Run(FromListener);
    }

    /// <summary>Lets a piece go on, or other bytes in its place.</summary>
    public void Send(Piece piece, byte[]? instead = null) => Send(Toward(piece), instead ?? piece.Bytes);

    /// <summary>Sends this many bytes of it, and then no more.</summary>
    public void Cut(Piece piece, int after, bool isReset)
    {
        Send(Toward(piece), piece.Bytes[..after]);
        if (!isReset)
        {
            Toward(piece).Shutdown(SocketShutdown.Send);
            Thread.Sleep(20);
        }

        Break(isReset);
    }

    public void Break(bool isReset)
    {
        if (isReset)
        {
            _listener.LingerState = _connector.LingerState = new LingerOption(true, 0);
        }

        Dispose();
    }

    public void Dispose()
    {
        _connector.Dispose();
        _listener.Dispose();
    }

    private Socket Toward(Piece piece) => piece.IsBlock == _middle.ConnectorSends ? _listener : _connector;

    private void FromConnector()
    {
        Hello = Take(_connector, LaneHello.Size);
        Send(_listener, _middle.OnHello(this, Hello));
        Proof = Take(_connector, LaneProof.Size);
        Send(_listener, _middle.OnProof(this, Proof));
        Carry(_connector, _listener, _middle.ConnectorSends);
    }

    private void FromListener()
    {
        Answer = Take(_listener, LaneHello.NonceSize + LaneProof.Size);
        Send(_connector, _middle.OnAnswer(this, Answer));
        Carry(_listener, _connector, !_middle.ConnectorSends);
    }

    private void Carry(Socket from, Socket to, bool isBlocks)
    {
        for (var index = 0; Piece.Read((room, at, count) => Fill(from, room, at, count), isBlocks, index, _middle.Protection) is { } piece; index++)
        {
            var all = isBlocks ? Blocks : Acks;
            lock (all)
            {
                all.Add(piece);
                Monitor.PulseAll(all);
            }

            _middle.Attack(piece, this);
        }

        to.Shutdown(SocketShutdown.Send);
    }

    private byte[] Take(Socket from, int count)
    {
        var bytes = new byte[count];
        return Fill(from, bytes, 0, count) ? bytes : throw new SocketException((int)SocketError.ConnectionReset);
    }

    private bool Fill(Socket from, byte[] room, int at, int count)
    {
        for (var done = 0; done < count;)
        {
            var more = from.Receive(room, at + done, count - done, SocketFlags.None);
            if (more == 0)
            {
                return false;
            }

            done += more;
        }

        lock (_carried)
        {
            _carried.Write(room, at, count);
        }

        return true;
    }

    private static void Send(Socket to, byte[] bytes)
    {
        for (var done = 0; done < bytes.Length;)
        {
            done += to.Send(bytes, done, bytes.Length - done, SocketFlags.None);
        }
    }

    private void Run(Action carry) => new Thread(() =>
    {
        try
        {
            carry();
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            Dispose();
        }
    })
    { IsBackground = true, Name = "tapped lane" }.Start();
}
