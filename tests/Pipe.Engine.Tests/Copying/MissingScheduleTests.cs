using Pipe.Protocol;

namespace Pipe.Engine.Tests;

public sealed class MissingScheduleTests
{
    private const int Piece = Limits.MinPiece;
    private const int Block = 10_000;

    [Fact(Timeout = Limit.Milliseconds)]
    public async Task What_is_the_same_is_kept_and_the_rest_is_sent_with_its_holes_whatever_the_target_has()
    {
        for (var seed = 1; seed <= 200; seed++)
        {
            var random = new Random(seed);
            var (bytes, holes) = MemoryFile.Make(random, random.Next(5) == 0 ? random.Next(10) : random.Next(8 * Piece), random.Next(4));
            var target = Target(random, bytes);
            using var schedule = new MissingSchedule(new MemoryFile(bytes, holes), cause => Assert.Fail(cause.Message));
            foreach (var claim in Claims(target, random.Next(1, 4)))
            {
                schedule.Take(claim);
            }

            var ranges = await Limit.Of(() => All(schedule));

            var same = Same(bytes, target);
            var kept = Apply(ranges, bytes, ref target);
            Assert.True(bytes.AsSpan().SequenceEqual(target.AsSpan(0, bytes.Length)), $"seed {seed}");
            Assert.Equal(same, kept);
        }
    }

    [Fact(Timeout = Limit.Milliseconds)]
    public async Task Nothing_is_sent_before_the_target_has_said_what_it_has()
    {
        using var schedule = new MissingSchedule(new MemoryFile(new byte[3 * Piece], []), cause => Assert.Fail(cause.Message));
        await Task.Delay(50);
        Assert.False(schedule.TryNext(Block, out _));
        Assert.False(schedule.IsExhausted);

        schedule.Take(new HaveRanges(Piece, 0, 0, []));

        Assert.Equal(3 * Piece, (await Limit.Of(() => All(schedule))).Sum(range => range.Length));
    }

    [Fact(Timeout = Limit.Milliseconds)]
    public async Task What_is_said_again_over_another_channel_is_taken_once()
    {
        var bytes = new byte[4 * Piece];
        new Random(1).NextBytes(bytes);
        using var schedule = new MissingSchedule(new MemoryFile(bytes, []), cause => Assert.Fail(cause.Message));
        var claims = Claims(bytes, 1).ToList();
        schedule.Take(claims[0]);
        schedule.Take(claims[1]);
        claims.ForEach(schedule.Take);

        var ranges = await Limit.Of(() => All(schedule));

        Assert.Equal([0L, Piece, 2 * Piece, 3 * Piece], ranges.Select(range => range.Offset));
        Assert.All(ranges, range => Assert.Equal(BlockType.Kept, range.Type));
    }

    [Fact]
    public void Pieces_that_leave_something_out_and_pieces_behind_the_last_message_are_refused()
    {
        using var schedule = new MissingSchedule(new MemoryFile(new byte[4 * Piece], []), _ => { });
        var digest = PieceDigest.Of(new byte[Piece]);
        Assert.Throws<ProtocolException>(() => schedule.Take(new HaveRanges(Piece, Piece, Piece, digest)));
        schedule.Take(new HaveRanges(Piece, 0, Piece, digest));
        schedule.Take(new HaveRanges(Piece, Piece, 0, []));
        Assert.Throws<ProtocolException>(() => schedule.Take(new HaveRanges(Piece, Piece, Piece, digest)));
    }

    [Fact(Timeout = Limit.Milliseconds)]
    public async Task A_source_that_cannot_be_read_fails_the_copy()
    {
        var failed = new TaskCompletionSource<Exception>(TaskCreationOptions.RunContinuationsAsynchronously);
        using var schedule = new MissingSchedule(new Unreadable(), failed.SetResult);
        schedule.Take(new HaveRanges(Piece, 0, Piece, PieceDigest.Of(new byte[Piece])));

        Assert.IsType<Failure>(await failed.Task.WaitAsync(TimeSpan.FromSeconds(30)));
    }

    /// <summary>Shorter or longer than the source, the same in places.</summary>
    private static byte[] Target(Random random, byte[] bytes)
    {
        var target = bytes.AsSpan(0, random.Next(bytes.Length + 1)).ToArray();
        target = random.Next(3) == 0 ? [.. target, .. new byte[random.Next(2 * Piece)]] : target;
        for (var i = random.Next(4); i > 0 && target.Length > 0; i--)
        {
            target[random.Next(target.Length)] ^= 1;
        }

        return target;
    }

    private static IEnumerable<HaveRanges> Claims(byte[] target, int piecesEach)
    {
        var offset = 0;
        while (offset < target.Length)
        {
            var length = Math.Min(piecesEach * Piece, target.Length - offset);
            yield return new HaveRanges(Piece, offset, length, [.. Enumerable.Range(0, (length + Piece - 1) / Piece)
                .SelectMany(i => PieceDigest.Of(target.AsSpan(offset + (i * Piece), Math.Min(Piece, length - (i * Piece)))))]);
            offset += length;
        }

        yield return new HaveRanges(Piece, offset, 0, []);
    }

    private static List<BlockRange> All(MissingSchedule schedule)
    {
        var all = new List<BlockRange>();
        while (!schedule.IsExhausted)
        {
            if (schedule.TryNext(Block, out var range))
            {
                all.Add(range);
            }
        }

        return all;
    }

    /// <summary>Does to the target what its receiver does, and gives the bytes that it has kept.</summary>
    private static long Apply(List<BlockRange> ranges, byte[] bytes, ref byte[] target)
    {
        var kept = 0L;
        var ledger = new RangeLedger();
        Array.Resize(ref target, Math.Max(target.Length, bytes.Length));
        foreach (var range in ranges)
        {
            Assert.True(ledger.TryAdd(range.Offset, range.Length));
            var from = bytes.AsSpan((int)range.Offset, (int)range.Length);
            var to = target.AsSpan((int)range.Offset, (int)range.Length);
            switch (range.Type)
            {
                case BlockType.Kept:
                    Assert.Equal(PieceDigest.InBlock(PieceDigest.Of(to)), range.Kept);
                    kept += range.Length;
                    break;
                case BlockType.Hole:
                    to.Clear();
                    break;
                default:
                    Assert.InRange(range.Length, 1, Block);
                    from.CopyTo(to);
                    break;
            }
        }

        Assert.True(ledger.Covers(bytes.Length));
        return kept;
    }

    /// <summary>Bytes of the pieces that are whole in both and equal.</summary>
    private static long Same(byte[] bytes, byte[] target)
    {
        var same = 0L;
        for (var offset = 0; offset < target.Length; offset += Piece)
        {
            var length = Math.Min(Piece, target.Length - offset);
            same += offset + length <= bytes.Length && bytes.AsSpan(offset, length).SequenceEqual(target.AsSpan(offset, length)) ? length : 0;
        }

        return same;
    }

    private sealed class Unreadable : IRangeSource
    {
        public long Size => 2 * Piece;

        public int Mode => Terms.NoMode;

        public void Read(Span<byte> buffer, long offset) => throw new Failure(ExitCode.Objects, "unreadable");

        public long NextData(long from) => from;

        public long NextHole(long from) => Size;

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
}
