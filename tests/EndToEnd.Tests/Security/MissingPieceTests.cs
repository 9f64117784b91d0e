namespace EndToEnd.Tests.Security;

/// <summary>An attacker in the middle holds back a block or an acknowledgement and lets all others through, or cuts the connection.</summary>
public sealed class MissingPieceTests : MiddleTest
{
    private const int Last = 11;

    /// <summary>All other records have the wrong number then; after the last one there is nothing to notice but silence.</summary>
    [Cases("socat")]
    [InlineData("-authenticate", ToFile, 0)]
    [InlineData("-authenticate", FromCommandToCommand, 2)]
    [InlineData("-encrypt", ToFile, Last)]
    [InlineData("-encrypt", FromCommandToCommand, Last)]
    public async Task A_protected_block_that_is_held_back_is_noticed_and_made_good(string protection, string copy, int index)
    {
        using var middle = Between();
        middle.Attack = (piece, lane) => Hold(piece.IsBlock && piece.Index == index && lane.Ordinal == 0, piece, lane);

        var verdict = await Copy(middle, $"{protection} -streams 1 -timeout 2", copy);
        verdict.Result.Is(0);
        verdict.Noticed();
    }

    /// <summary>There, acknowledgements are taken for those of other blocks; but nothing is taken for whole.</summary>
    [Cases("socat")]
    [InlineData(ToFile, 2)]
    [InlineData(FromCommandToCommand, 2)]
    [InlineData(FromCommandToCommand, Last)]
    public async Task A_block_that_is_held_back_in_the_clear_is_noticed(string copy, int index)
    {
        using var middle = Between();
        middle.Attack = (piece, lane) => Hold(piece.IsBlock && piece.Index == index && lane.Ordinal == 0, piece, lane);

        (await Copy(middle, "-streams 1 -timeout 2", copy)).Noticed();
    }

    [Cases("socat")]
    [InlineData("-authenticate", ToFile)]
    [InlineData("-encrypt", FromCommandToCommand)]
    public async Task Connections_that_bring_no_block_at_all_end_in_an_error(string protection, string copy)
    {
        using var middle = Between();
        middle.Attack = (piece, lane) => Hold(piece.IsBlock, piece, lane);

        // So few that all of them are sent although the receiver takes none.
        (await Copy(middle, $"{protection} -timeout 2", copy, blocks: 2)).Result.Is(3).Says("do not arrive");
    }

    [Cases("socat")]
    [MemberData(nameof(ProtectedCopies))]
    public async Task A_protected_acknowledgement_that_is_held_back_ends_the_lane_and_everything_is_made_good(string protection, string copy)
    {
        using var middle = Between();
        middle.Attack = (piece, lane) => Hold(!piece.IsBlock && piece.Index == 1 && lane.Ordinal == 0, piece, lane);

        (await Copy(middle, $"{protection} -streams 1", copy)).MadeGood(damaged: 0, lost: 1);
    }

    private static void Hold(bool isHeld, Piece piece, TappedLane lane)
    {
        if (!isHeld)
        {
            lane.Send(piece);
        }
    }
}
