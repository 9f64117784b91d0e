namespace EndToEnd.Tests.Security;

/// <summary>An attacker in the middle repeats messages, later, in another place or in another order.</summary>
public sealed class RepeatedPieceTests : MiddleTest
{
    public static TheoryData<string, string> AllCopies => new()
    {
        { "", ToFile },
        { "", FromCommandToCommand },
        { "-authenticate", ToFile },
        { "-encrypt", ToFile },
        { "-authenticate", FromCommandToCommand },
        { "-encrypt", FromCommandToCommand },
    };

    [Cases("socat")]
    [MemberData(nameof(AllCopies))]
    public async Task A_block_that_comes_twice_is_written_once(string protection, string copy)
    {
        using var middle = Between();
        middle.Attack = SendingTwice(isBlock: true, index: 2);

        var verdict = await Copy(middle, $"{protection} -streams 1", copy);
        if (protection.Length > 0)
        {
            // In the clear the copy may be done before the second one is looked at.
            verdict.Noticed();
        }
    }

    [Cases("socat")]
    [MemberData(nameof(ProtectedCopies))]
    public async Task An_old_record_in_the_place_of_a_new_one_is_noticed_and_the_block_made_good(string protection, string copy)
    {
        using var middle = Between();
        middle.Attack = (piece, lane) => lane.Send(piece, piece.IsBlock && piece.Index is (4 or 6) ? lane.Blocks[0].Bytes : null);

        (await Copy(middle, $"{protection} -streams 1", copy)).MadeGood(damaged: 2, lost: 0);
    }

    [Cases("socat")]
    [MemberData(nameof(ProtectedCopies))]
    public async Task Two_records_in_the_wrong_order_are_noticed_and_both_blocks_made_good(string protection, string copy)
    {
        using var middle = Between();
        middle.Attack = HoldingBlock1Until(2);

        (await Copy(middle, $"{protection} -streams 1", copy)).MadeGood(damaged: 2, lost: 0);
    }

    [Cases("socat")]
    [MemberData(nameof(ProtectedCopies))]
    public async Task An_acknowledgement_that_comes_twice_ends_the_lane_and_everything_is_made_good(string protection, string copy)
    {
        using var middle = Between();
        middle.Attack = SendingTwice(isBlock: false, index: 0);

        (await Copy(middle, $"{protection} -streams 1", copy)).MadeGood(damaged: 0, lost: 1);
    }

    [Cases("socat")]
    [InlineData(ToFile)]
    [InlineData(FromCommandToCommand)]
    public async Task Blocks_in_another_order_in_the_clear_arrive_in_their_places(string copy)
    {
        using var middle = Between();
        middle.Attack = HoldingBlock1Until(4);

        (await Copy(middle, "-streams 1", copy)).Result.Is(0);
    }

    [Cases("socat")]
    [MemberData(nameof(ProtectedCopies))]
    public async Task A_record_of_the_other_direction_ends_the_lane_and_everything_is_made_good(string protection, string copy)
    {
        using var middle = Between();
        middle.Attack = (piece, lane) =>
        {
            var isReplaced = piece.Index == 6 && lane.Ordinal == (piece.IsBlock ? 0 : 1);
            lane.Send(piece, isReplaced ? lane.Await(!piece.IsBlock, 0).Bytes : null);
        };

        (await Copy(middle, $"{protection} -streams 1", copy, blocks: 30)).MadeGood(damaged: 0, lost: 2);
    }

    [Cases("socat")]
    [MemberData(nameof(ProtectedCopies))]
    public async Task A_record_of_another_lane_is_noticed_and_the_block_made_good(string protection, string copy)
    {
        using var middle = Between();
        var left = 2;
        middle.Attack = (piece, lane) =>
        {
            // The one with the same number, so that nothing but the key tells them apart; of the lane that is ahead, which differs from run to run.
            var other = piece.IsBlock && piece.Index > 0 ? middle.Lanes.FirstOrDefault(one => one != lane)?.Seen(isBlock: true, piece.Index) : null;
            lane.Send(piece, other is not null && Interlocked.Decrement(ref left) >= 0 ? other.Bytes : null);
        };

        (await Copy(middle, $"{protection} -streams 2", copy, blocks: 30)).MadeGood(damaged: 2, lost: 0);
    }

    [Cases("socat")]
    [MemberData(nameof(Protections))]
    public async Task A_record_of_another_session_is_noticed_and_the_block_made_good(string protection)
    {
        List<Piece> recorded;
        using (var before = Between())
        {
            await Copy(before, $"{protection} -streams 1");
            recorded = before.Lanes.Single().Blocks;
            Remove("middle", "target");
        }

        using var middle = Between();
        middle.Attack = (piece, lane) => lane.Send(piece, piece.IsBlock && piece.Index is (1 or 3) ? recorded[piece.Index].Bytes : null);

        (await Copy(middle, $"{protection} -streams 1")).MadeGood(damaged: 2, lost: 0);
    }

    [Cases("socat")]
    [MemberData(nameof(Protections))]
    public async Task A_record_of_the_connection_before_is_noticed_and_the_block_made_good(string protection)
    {
        using var middle = Between();
        middle.Attack = (piece, lane) =>
        {
            if (lane.Ordinal == 0 && piece.IsBlock && piece.Index == 5)
            {
                lane.Break(isReset: true);
                return;
            }

            var before = lane.Ordinal == 1 && piece.IsBlock && piece.Index is (1 or 3) ? middle.Lanes.First().Blocks[piece.Index].Bytes : null;
            lane.Send(piece, before);
        };

        (await Copy(middle, $"{protection} -streams 1", blocks: 20)).MadeGood(damaged: 2, lost: 1);
    }

    /// <summary>One piece of the first connection comes twice.</summary>
    private static Action<Piece, TappedLane> SendingTwice(bool isBlock, int index) => (piece, lane) =>
    {
        lane.Send(piece);
        if (piece.IsBlock == isBlock && piece.Index == index && lane.Ordinal == 0)
        {
            lane.Send(piece);
        }
    };

    /// <summary>Block 1 comes behind a later one.</summary>
    private static Action<Piece, TappedLane> HoldingBlock1Until(int later)
    {
        Piece? held = null;
        return (piece, lane) =>
        {
            if (piece.IsBlock && piece.Index == 1)
            {
                held = piece;
                return;
            }

            lane.Send(piece);
            if (piece.IsBlock && piece.Index == later)
            {
                lane.Send(held!);
            }
        };
    }

    private void Remove(params string[] names) => Repository.Checkout.Run("rm", ["-rf", .. names.Select(PathOf)]);
}
