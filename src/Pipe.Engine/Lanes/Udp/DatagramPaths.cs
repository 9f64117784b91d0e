using Pipe.Linux;

namespace Pipe.Engine;

/// <summary>
/// Numbers the paths of datagrams: pairs of a peer address and a local address. Strangers can claim any address, so only a few are remembered; the path
/// in use and the candidate paths are never evicted.
/// </summary>
internal sealed class DatagramPaths
{
    private const int Most = 32;
    private readonly (SocketName There, SocketName Here)[] _paths = new (SocketName, SocketName)[Most];
    private int _candidates;
    private int _newest;

    /// <summary>The number of candidate paths to the peer; they are numbered from 1.</summary>
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

    /// <summary>Returns the number of a datagram's path.</summary>
    /// <param name="there">The datagram's source.</param>
    /// <param name="here">The datagram's destination; none if the socket is bound to one address.</param>
    /// <param name="inUse">The path that must not be evicted.</param>
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
