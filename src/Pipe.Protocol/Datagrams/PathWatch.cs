using System.Buffers.Binary;

namespace Pipe.Protocol.Datagrams;

/// <summary>
/// Tracks the path to the peer. A path is a number that the caller assigns to a pair of addresses; 0 stands for every candidate. The path changes only
/// after a Response over the new path to a Challenge sent there, and only for a datagram newer than all before it.
/// </summary>
internal sealed class PathWatch(bool mayRoam, RandomBytes random)
{
    private const long ChallengeInterval = 100_000_000;
    private const int MaxChallenges = 10;

    private ulong _candidate;
    private ulong _token;
    private long _challengedAt = -ChallengeInterval;
    private int _challenges;
    private bool _mustChallenge;
    private bool _mustRespond;
    private ulong _responseToken;
    private ulong _responsePath;

    public ulong Path { get; set; }

    /// <summary>An authentic datagram arrived on this path.</summary>
    public void OnDatagram(ulong path, bool isNewest, long now)
    {
        if (path == Path || !mayRoam || !isNewest || now - _challengedAt < ChallengeInterval)
        {
            return;
        }

        if (path != _candidate)
        {
            Span<byte> token = stackalloc byte[sizeof(ulong)];
            random(token);
            (_candidate, _token, _challenges) = (path, BinaryPrimitives.ReadUInt64LittleEndian(token), 0);
        }

        _mustChallenge = _challenges < MaxChallenges;
        _challengedAt = now;
    }

    public void OnChallenge(DatagramToken challenge, ulong path) => (_mustRespond, _responseToken, _responsePath) = (true, challenge.Token, path);

    public void OnResponse(DatagramToken response, ulong path)
    {
        if (path == _candidate && _challenges > 0 && response.Token == _token)
        {
            (Path, _candidate, _challenges) = (path, 0, 0);
        }
    }

    /// <summary>Takes a Challenge or Response to send now.</summary>
    public bool TryTake(out DatagramType type, out DatagramToken token, out ulong path)
    {
        if (_mustRespond)
        {
            _mustRespond = false;
            (type, token, path) = (DatagramType.Response, new DatagramToken(_responseToken), _responsePath);
            return true;
        }

        (type, token, path) = (DatagramType.Challenge, new DatagramToken(_token), _candidate);
        if (!_mustChallenge)
        {
            return false;
        }

        _mustChallenge = false;
        _challenges++;
        return true;
    }
}
