using System.Diagnostics;
using Pipe.Linux;
using Pipe.Protocol;

namespace Pipe.Engine;

/// <summary>A connection that has not yet authenticated itself. Never blocks.</summary>
internal sealed class PendingLane(TcpSocket socket)
{
    private readonly byte[] _hello = new byte[LaneHello.Size];
    private readonly byte[] _proof = new byte[LaneProof.Size];
    private readonly long _since = Stopwatch.GetTimestamp();
    private byte[]? _nonce;
    private int _number;
    private int _count;

    internal enum Verdict
    {
        Pending,
        Proven,
        Refused,
    }

    public TcpSocket Socket => socket;

    /// <summary>The lane, once authenticated.</summary>
    public TcpLane? Lane { get; private set; }

    /// <summary>Whether it has named the session, which a stranger cannot.</summary>
    public bool IsExpected => _nonce is not null;

    public bool IsOverdue => Stopwatch.GetElapsedTime(_since).TotalSeconds > Limits.LaneProofSeconds;

    /// <summary>Reads the bytes that have arrived, but none beyond the proof.</summary>
    public Verdict Advance(LaneKey key)
    {
        var wanted = _nonce is null ? _hello : _proof;
        var count = socket.TryReceive(wanted.AsSpan(_count));
        if (count <= 0)
        {
            return count < 0 ? Verdict.Pending : Verdict.Refused;
        }

        _count += count;
        if (_count < wanted.Length)
        {
            return Verdict.Pending;
        }

        _count = 0;
        return _nonce is null ? Answer(key) : Judge(key);
    }

    private Verdict Answer(LaneKey key)
    {
        try
        {
            var hello = LaneHello.Read(_hello);
            if (!LaneProof.Equal(key.Session, hello.Session.Span) || hello.Protection != key.Protection || hello.Lane > key.Lanes)
            {
                return Verdict.Refused;
            }

            _number = hello.Lane;
        }
        catch (ProtocolException)
        {
            return Verdict.Refused;
        }

        _nonce = Entropy.Bytes(LaneHello.NonceSize);
        return socket.TrySend([.. _nonce, .. LaneProof.OfListener(key.Secret, _hello, _nonce)]) ? Verdict.Pending : Verdict.Refused;
    }

    private Verdict Judge(LaneKey key)
    {
        if (!LaneProof.Equal(LaneProof.OfConnector(key.Secret, _hello, _nonce), _proof))
        {
            return Verdict.Refused;
        }

        Lane = key.Lane(_number, socket, _hello, _nonce, isConnector: false);
        return Verdict.Proven;
    }
}
