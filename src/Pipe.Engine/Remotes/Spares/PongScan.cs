using System.Buffers.Binary;
using Pipe.Protocol;

namespace Pipe.Engine;

/// <summary>Finds the Pongs of a spare server in its output, among any output of the login shell.</summary>
internal sealed class PongScan
{
    private byte[] _rest = [];
    private long _noise;

    /// <summary>Whether there was more unrelated output than a login shell may print.</summary>
    public bool IsTooNoisy => _noise > Limits.MaxNoise;

    /// <summary>Returns the numbers of the Pongs that these bytes complete.</summary>
    public List<ulong> Take(ReadOnlySpan<byte> bytes)
    {
        var numbers = new List<ulong>();
        byte[] all = [.. _rest, .. bytes];
        var at = 0;
        for (int found; (found = all.AsSpan(at).IndexOf(SpareWord.Pong)) >= 0;)
        {
            if (all.Length - at - found < SpareWord.Size)
            {
                break;
            }

            _noise += found;
            at += found;
            numbers.Add(BinaryPrimitives.ReadUInt64LittleEndian(all.AsSpan(at + SpareWord.MagicSize)));
            at += SpareWord.Size;
        }

        // The last bytes may be the start of a Pong.
        var cut = Math.Max(at, all.Length - SpareWord.Size + 1);
        _noise += cut - at;
        _rest = all[cut..];
        return numbers;
    }
}
