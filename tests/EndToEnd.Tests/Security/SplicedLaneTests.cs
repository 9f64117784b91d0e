using System.Net.Sockets;
using Pipe.Protocol;

namespace EndToEnd.Tests.Security;

/// <summary>An attacker in the middle joins pieces of different connections, or plays a whole connection again.</summary>
public sealed class SplicedLaneTests : MiddleTest
{
    [Cases("socat")]
    [MemberData(nameof(ProtectedCopies))]
    public async Task Two_lanes_that_are_crossed_bring_nothing_wrong(string protection, string copy)
    {
        using var middle = Between();
        middle.Attack = (piece, lane) =>
        {
            // In both directions, from the second block on.
            var to = lane.Ordinal < 2 && piece.Index > 0 ? middle.Await(3 - lane.Number) : lane;
            to.Send(piece);
        };

        var verdict = await Copy(middle, $"{protection} -streams 2", copy, blocks: 40);
        verdict.Result.Is(0);
        verdict.Noticed();
    }

    [Cases("socat")]
    [InlineData("")]
    [InlineData("-authenticate")]
    [InlineData("-encrypt")]
    public async Task The_tail_of_another_session_is_not_taken_for_that_of_this_one(string protection)
    {
        var recorded = await Record(protection);
        using var middle = Between();
        middle.Attack = (piece, lane) => lane.Send(piece, piece.IsBlock && piece.Index is (> 4 and < 12) && lane.Ordinal == 0 ? recorded.Blocks[piece.Index].Bytes : null);

        // Other bytes of the same length in the same places: in the clear, only the root of all digests tells.
        MakeSource(12, seed: 2);
        var verdict = await End(StartCopy(middle, $"{protection} -streams 1"));
        verdict.Noticed();
        Assert.Equal(protection.Length == 0 ? 4 : 0, verdict.Result.Status);
        Assert.Equal(protection.Length > 0, IsWhole);
        Assert.Equal(IsWhole, File.Exists(PathOf("target")));
    }

    /// <summary>While the port is open: because one lane is still missing.</summary>
    [Cases("socat")]
    [InlineData("")]
    [InlineData("-encrypt")]
    public async Task A_whole_connection_played_again_to_the_listener_is_refused(string protection)
    {
        using var middle = Between();
        var replayed = new TaskCompletionSource<string>();
        middle.OnHello = (lane, hello) =>
        {
            if (lane.Number == 2)
            {
                middle.Await(1).Await(isBlock: true, 3);
                replayed.TrySetResult(Replay(middle.ListenerPort, middle.Await(1)));
            }

            return hello;
        };
        middle.Attack = (piece, lane) =>
        {
            if (piece.IsBlock && piece.Index > 4)
            {
                replayed.Task.Wait(TimeSpan.FromSeconds(20));
            }

            lane.Send(piece);
        };

        (await Copy(middle, $"{protection} -streams 2")).MadeGood(damaged: 0, lost: 0);
        Assert.True(replayed.Task.IsCompleted);
        Assert.StartsWith("refused", await replayed.Task, StringComparison.Ordinal);
    }

    [Cases("socat")]
    [InlineData("", false)]
    [InlineData("-encrypt", false)]
    [InlineData("", true)]
    [InlineData("-encrypt", true)]
    public async Task The_answer_of_a_listener_played_again_is_refused(string protection, bool isOtherSession)
    {
        var recorded = isOtherSession ? await Record(protection) : null;
        using var middle = Between();
        middle.Attack = (piece, lane) =>
        {
            if (lane.Ordinal == 0 && piece.Index == 3)
            {
                lane.Break(isReset: true);
            }

            lane.Send(piece);
        };
        middle.OnAnswer = (lane, answer) => lane.Ordinal is (1 or 2) ? (recorded ?? middle.Await(1)).Answer : answer;

        (await Copy(middle, $"{protection} -streams 1")).MadeGood(damaged: 0, lost: 1);
        Assert.All(middle.Lanes.Where(lane => lane.Ordinal is (1 or 2)), lane => Assert.Empty(lane.Proof));
    }

    /// <summary>A connection of a session before, with all that it carried.</summary>
    private async Task<TappedLane> Record(string protection)
    {
        using var before = Between();
        (await Copy(before, $"{protection} -streams 1")).Result.Is(0);
        Repository.Checkout.Run("rm", "-rf", PathOf("middle"), PathOf("target"));
        return before.Lanes.Single();
    }

    /// <summary>Says all that the connecting side said. There is an answer, with a new nonce: the old proof does not fit.</summary>
    private static string Replay(int port, TappedLane recorded)
    {
        using var again = new TcpClient("127.0.0.1", port) { ReceiveTimeout = 20_000 };
        try
        {
            again.Client.Send(recorded.Hello);
            again.Client.Send(recorded.Proof);
            again.Client.Send(recorded.Blocks[0].Bytes.AsSpan(0, 10_000)); // of more, a part may go, and for that .NET says "timed out" at once
            var count = 0;
            for (int more; (more = again.Client.Receive(new byte[1000])) > 0;)
            {
                count += more;
            }

            return count <= LaneHello.NonceSize + LaneProof.Size ? "refused" : $"{count} bytes";
        }
        catch (SocketException e)
        {
            return e.SocketErrorCode is SocketError.ConnectionReset or SocketError.Shutdown ? "refused" : $"{e.SocketErrorCode}";
        }
    }
}
