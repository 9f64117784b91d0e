using Pipe.Protocol;

namespace Pipe.Engine.Tests.Remotes.Spares;

public sealed class PongScanTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(7)]
    [InlineData(4096)]
    public void Answers_are_found_in_whatever_pieces_they_come_and_whatever_stands_between(int piece)
    {
        byte[] all =
        [
            .. "You have new mail\nPIPEPON PIPEPIPEPONG"u8[..^8], .. Pong(7), .. Pong(8), .. "PIPE"u8, .. Pong(0x474e4f5045504950),
            .. new byte[40], .. Pong(9), .. "PIPEPONG"u8,
        ];
        var scan = new PongScan();
        var found = all.Chunk(piece).SelectMany(bytes => scan.Take(bytes)).ToArray();
        Assert.Equal([7UL, 8UL, 0x474e4f5045504950UL, 9UL], found);
        Assert.False(scan.IsTooNoisy);
    }

    [Fact]
    public void A_shell_that_prints_without_end_is_given_up_and_answers_do_not_count_as_noise()
    {
        var scan = new PongScan();
        for (var i = 0; i < Limits.MaxNoise; i++)
        {
            Assert.Single(scan.Take(Pong((ulong)i)));
        }

        Assert.False(scan.IsTooNoisy);
        Assert.Empty(scan.Take(new byte[Limits.MaxNoise]));
        Assert.False(scan.IsTooNoisy);
        Assert.Empty(scan.Take(new byte[SpareWord.Size]));
        Assert.True(scan.IsTooNoisy);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    [InlineData(100)]
    public void The_marker_is_found_where_it_ends(int most)
    {
        var scan = new MarkerScan();
        byte[] all = [.. Pong(1), .. "PIPE-CONTROL PIPE-"u8, .. Frame.Marker, 1, 2];
        var at = 0;
        for (var isFound = false; !isFound;)
        {
            var count = Math.Min(most, scan.Missing);
            isFound = scan.Take(all.AsSpan(at, count));
            at += count;
        }

        Assert.Equal(all.Length - 2, at);
        Assert.False(scan.IsTooNoisy);
    }

    private static byte[] Pong(ulong number) => new SpareWord(SpareWordKind.Pong, number).Packed();
}
