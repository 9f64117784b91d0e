using System.Runtime.InteropServices;
using System.Text;
using Pipe.Protocol;

namespace EndToEnd.Tests.Security;

/// <summary>An eavesdropper records everything that data connections carry.</summary>
public sealed class ReadingTests : MiddleTest
{
    [Cases("socat")]
    [InlineData(ToFile)]
    [InlineData(FromCommandToCommand)]
    public async Task Nothing_of_the_payload_the_headers_and_the_digests_can_be_read_with_encrypt(string copy)
    {
        var (recorded, readable) = await Record("-encrypt", copy);

        Assert.All(readable, part => Assert.True(recorded.AsSpan().IndexOf(part.Value) < 0, $"can be read: {part.Key}"));
    }

    [Case("socat")]
    public async Task Nothing_that_repeats_itself_repeats_itself_with_encrypt()
    {
        using var middle = Between();
        (await Run("yes 'these are the words of the source' | head -c 8000000 > source")).Is(0);
        (await End(StartCopy(middle, "-encrypt"))).Result.Is(0);

        var seen = new HashSet<Int128>();
        foreach (var lane in middle.Lanes)
        {
            foreach (var piece in MemoryMarshal.Cast<byte, Int128>(lane.Carried.AsSpan(LaneHello.Size)))
            {
                Assert.True(seen.Add(piece), $"twice: {piece:x}");
            }
        }

        Assert.InRange(seen.Count, 8_000_000 / 16, 9_000_000 / 16);
    }

    [Cases("socat")]
    [InlineData("")]
    [InlineData("-authenticate")]
    public async Task All_of_it_can_be_read_without(string protection)
    {
        var (recorded, readable) = await Record(protection, ToFile);

        Assert.All(readable, part => Assert.True(recorded.AsSpan().IndexOf(part.Value) >= 0, $"cannot be read: {part.Key}"));
    }

    [Cases("socat")]
    [InlineData("")]
    [InlineData("-authenticate")]
    [InlineData("-encrypt")]
    public async Task Names_commands_and_the_secret_never_travel_on_data_connections(string protection)
    {
        using var middle = Between();
        await Copy(middle, protection, FromCommandToCommand);
        var recorded = Recorded(middle);

        byte[][] hidden = [Encoding.UTF8.GetBytes(Directory), "cat source"u8.ToArray(), middle.Offer!.Value.Secret];
        Assert.All(hidden, one => Assert.True(recorded.AsSpan().IndexOf(one) < 0, Encoding.UTF8.GetString(one)));
        Assert.True(recorded.AsSpan().IndexOf(middle.Offer.Value.Session) >= 0, "the recording lacks even the greetings");
    }

    private async Task<(byte[] Recorded, Dictionary<string, byte[]> Readable)> Record(string protection, string copy)
    {
        using var middle = Between();
        await Copy(middle, protection, copy);
        var source = await File.ReadAllBytesAsync(PathOf("source"));
        var digest = new byte[Digest.Size];
        var last = source.AsSpan(source.Length - BlockSize);
        Digest.Of(DigestKind.XxHash3, last, source.Length - BlockSize).Write(digest);
        return (Recorded(middle), new Dictionary<string, byte[]>
        {
            ["the words"] = Words.ToArray(),
            ["a piece of the payload"] = last.Slice(12345, 24).ToArray(),
            ["the magic of a header"] = "PBLK"u8.ToArray(),
            ["the magic of an acknowledgement"] = "PACK"u8.ToArray(),
            ["a digest"] = digest[..8],
        });
    }

    private static byte[] Recorded(Middle middle) => [.. middle.Lanes.SelectMany(lane => lane.Carried)];
}
