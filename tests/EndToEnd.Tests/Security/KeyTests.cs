using System.Security.Cryptography;
using Pipe.Protocol;

namespace EndToEnd.Tests.Security;

/// <summary>No key is ever used for two things, so no nonce is ever used twice with one.</summary>
public sealed class KeyTests : MiddleTest
{
    [Cases("socat", Needs.Sshd)]
    [InlineData(ToFile)]
    [InlineData(FromCommandToCommand)]
    public async Task Each_direction_of_each_connection_has_a_key_of_its_own_also_when_it_is_made_again_and_the_session_taken_up_again(string copy)
    {
        using var middle = Between(Far.Ssh);
        var broken = 0;
        middle.Attack = (piece, lane) =>
        {
            // Which connections carry blocks is up to the system; the first four that carry three break.
            if (piece.IsBlock && piece.Index == 2 && Interlocked.Increment(ref broken) is var nth and <= 4)
            {
                if (nth == 3)
                {
                    middle.BreakControl();
                    SpinWait.SpinUntil(() => middle.Logins == 2, 20_000);
                }

                lane.Break(isReset: true);
                return;
            }

            lane.Send(piece);
        };

        var verdict = await Copy(middle, "-encrypt -streams 2 -timeout 20", copy, blocks: 30);
        verdict.Result.Is(0);
        Assert.Equal(2, middle.Logins);
        var used = middle.Lanes.Where(lane => lane.Blocks.Count > 0).ToList();

        // Four are broken; of those in their place one may come too late for a block.
        Assert.InRange(used.Count, 5, 20);
        var keys = used.SelectMany(lane => new[] { Key(middle, lane, "pipe lane key connect"), Key(middle, lane, "pipe lane key listen") }).ToList();
        Assert.Equal(keys.Count, keys.Select(Convert.ToHexString).Distinct().Count());
        Assert.Equal(2 * used.Count, used.SelectMany(lane => new[] { lane.Hello[32..], lane.Answer[..32] }).Select(Convert.ToHexString).Distinct().Count());
        Assert.All(used, lane => OpensWith(Key(middle, lane, middle.ConnectorSends ? "pipe lane key connect" : "pipe lane key listen"), lane.Blocks[0].Bytes));
    }

    private static byte[] Key(Middle middle, TappedLane lane, string label) => HKDF.DeriveKey(
        HashAlgorithmName.SHA256, middle.Offer!.Value.Secret, LaneSeal.KeySize, [.. lane.Hello, .. lane.Answer[..LaneHello.NonceSize]], System.Text.Encoding.ASCII.GetBytes(label));

    /// <summary>Number 0 and that key: else this throws.</summary>
    private static void OpensWith(byte[] key, byte[] record)
    {
        using var cipher = new AesGcm(key, LaneSeal.TagSize);
        var text = new byte[record.Length - LaneSeal.Overhead];
        cipher.Decrypt(new byte[12], record.AsSpan(LaneSeal.PrefixSize, text.Length), record.AsSpan(record.Length - LaneSeal.TagSize), text, record.AsSpan(0, LaneSeal.PrefixSize));
    }
}
