using Pipe.Protocol;

namespace Pipe.Engine.Tests;

/// <summary>A random-access source in memory, with holes.</summary>
internal sealed class MemoryFile(byte[] bytes, IReadOnlyList<(int Start, int End)> holes) : IRangeSource
{
    public long Size => bytes.Length;

    public int Mode => Terms.NoMode;

    public void Read(Span<byte> buffer, long offset) => bytes.AsSpan((int)offset, buffer.Length).CopyTo(buffer);

    public long NextData(long from)
    {
        foreach (var (start, end) in holes)
        {
            if (start <= from && from < end)
            {
                return end;
            }
        }

        return from;
    }

    public long NextHole(long from)
    {
        foreach (var (start, end) in holes)
        {
            if (from < end)
            {
                return Math.Max(start, from);
            }
        }

        return bytes.Length;
    }

    public void Finish()
    {
    }

    public void Abort()
    {
    }

    public void Dispose()
    {
    }

    /// <summary>Random bytes, with holes of zeros that neither overlap nor touch.</summary>
    public static (byte[] Bytes, List<(int Start, int End)> Holes) Make(Random random, int size, int countOfHoles)
    {
        var bytes = new byte[size];
        random.NextBytes(bytes);
        var holes = new List<(int, int)>();
        var at = 0;
        for (var i = 0; i < countOfHoles && at < size; i++)
        {
            var start = at + random.Next(size - at);
            var end = Math.Min(size, start + 1 + random.Next(1 + (size / 4)));
            bytes.AsSpan(start, end - start).Clear();
            holes.Add((start, end));
            at = end + 1;
        }

        return (bytes, holes);
    }
}

/// <summary>A sequential source in memory that returns pieces of random size.</summary>
internal sealed class MemoryStreamSource(byte[] bytes, Random random, int longestRead, int lagPercent) : IStreamSource
{
    private int _position;

    public long Size => -1;

    public int Mode => Terms.NoMode;

    public int Read(Span<byte> buffer)
    {
        if (random.Next(100) < lagPercent)
        {
            Thread.Sleep(random.Next(2));
        }

        var count = Math.Min(Math.Min(buffer.Length, 1 + random.Next(longestRead)), bytes.Length - _position);
        bytes.AsSpan(_position, count).CopyTo(buffer);
        _position += count;
        return count;
    }

    public bool HasMore() => random.Next(4) != 0;

    public void Finish()
    {
    }

    public void Abort()
    {
    }

    public void Dispose()
    {
    }
}
