using Pipe.Protocol;

namespace Pipe.Engine;

/// <summary>
/// Finds the marker at the start of the control channel. The bytes after it belong to the channel, so the caller must read no more than are missing.
/// </summary>
internal sealed class MarkerScan
{
    private byte[] _last = [];
    private int _count;

    public bool IsTooNoisy => _count > Limits.MaxNoise + Frame.Marker.Length;

    /// <summary>The minimum number of bytes that the marker still lacks.</summary>
    public int Missing => Frame.Marker.Length - _last.Length;

    /// <summary>Whether these bytes complete the marker.</summary>
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
