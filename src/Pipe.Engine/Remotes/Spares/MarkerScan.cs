using Pipe.Protocol;

namespace Pipe.Engine;

/// <summary>Finds the marker in front of the control channel. What follows it is for others, so no more may be read than is missing.</summary>
internal sealed class MarkerScan
{
    private byte[] _last = [];
    private int _count;

    public bool IsTooNoisy => _count > Limits.MaxNoise + Frame.Marker.Length;

    /// <summary>How many bytes the marker lacks at least.</summary>
    public int Missing => Frame.Marker.Length - _last.Length;

    /// <summary>Whether the marker is complete with these bytes.</summary>
    public bool Take(ReadOnlySpan<byte> bytes)
    {
        byte[] all = [.. _last, .. bytes];
        _count += bytes.Length;
        var start = 0;
        while (!Frame.Marker.StartsWith(all.AsSpan(start)))
        {
            start++;
        }

        _last = all[start..];
        return _last.Length == Frame.Marker.Length;
    }
}
