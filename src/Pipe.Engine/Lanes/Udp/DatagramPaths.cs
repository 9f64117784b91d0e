using Pipe.Linux;

namespace Pipe.Engine;

/// <summary>
/// Numbers the paths on which datagrams come and go: an address of the peer and one of this side. Strangers can claim any address, so
/// that only a few are remembered; a path in use, and those that the peer may be reached on, never leave.
/// </summary>
internal sealed class DatagramPaths
{
    private const int Most = 32;
    private readonly (SocketName There, SocketName Here)[] _paths = new (SocketName, SocketName)[Most];
    private int _candidates;
    private int _newest;

    /// <summary>Paths on which the peer may be reached; their numbers are 1 to this.</summary>
    public int Candidates => _candidates;

    public void AddCandidate(SocketName there)
    {
        if (_candidates < Most / 2)
        {
            _paths[_candidates++] = (there, default);
            _newest = _candidates;
        }
    }

    public SocketName There(ulong path) => _paths[path - 1].There;

    public SocketName Here(ulong path) => _paths[path - 1].Here;

    /// <summary>The number of the path of a datagram.</summary>
    /// <param name="there">Where it came from.</param>
    /// <param name="here">Where it was sent to; none if the socket is bound to one address.</param>
    /// <param name="inUse">The path that must not be forgotten.</param>
    public ulong NumberOf(in SocketName there, in SocketName here, ulong inUse)
    {
        for (var i = 0; i < Most; i++)
        {
            if (_paths[i].There.Equals(there) && (i < _candidates || _paths[i].Here.Equals(here)))
            {
                return (ulong)i + 1;
            }
        }

        do
        {
            _newest = _newest + 1 < Most ? _newest + 1 : _candidates;
        }
        while ((ulong)_newest + 1 == inUse);
        _paths[_newest] = (there, here);
        return (ulong)_newest + 1;
    }
}
