using Pipe.Protocol;

namespace Pipe.Engine;

/// <summary>Finds the marker in front of the control channel, byte by byte, since what follows it is for others.</summary>
internal sealed class MarkerScan
{
    private readonly byte[] _last = new byte[Frame.Marker.Length];
    private int _count;

    public bool IsTooNoisy => _count > Limits.MaxNoise + Frame.Marker.Length;

    /// <summary>Whether the marker is complete with this byte.</summary>
    public bool Take(byte one)
    {
        _last.AsSpan(1).CopyTo(_last);
        _last[^1] = one;
        _count++;
        return _last.AsSpan().SequenceEqual(Frame.Marker);
    }
}
