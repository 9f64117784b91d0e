namespace Pipe.Engine;

/// <summary>Writes zeros to sinks that do not support holes.</summary>
internal static class Zeros
{
    private static readonly byte[] Some = new byte[256 * 1024];

    /// <summary>Writes that many zeros.</summary>
    public static void WriteZeros(this ISink sink, long offset, long length)
    {
        for (var done = 0L; done < length; done += Some.Length)
        {
            sink.Write(Some.AsSpan(0, (int)Math.Min(Some.Length, length - done)), offset + done);
        }
    }
}
