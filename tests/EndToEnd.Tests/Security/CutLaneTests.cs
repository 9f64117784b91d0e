namespace EndToEnd.Tests.Security;

/// <summary>An attacker in the middle ends connections, at any point.</summary>
public sealed class CutLaneTests : MiddleTest
{
    public static TheoryData<string, string> Copies => new()
    {
        { "", ToFile },
        { "", FromCommandToCommand },
        { "-authenticate", ToFile },
        { "-encrypt", FromCommandToCommand },
    };

    /// <summary>With FIN and with RST: inside the prefix or magic, inside the header, at its end, inside the payload, inside the tag, at a border.</summary>
    [Cases("socat")]
    [MemberData(nameof(Copies))]
    public async Task A_connection_that_is_cut_inside_a_block_or_at_its_end_is_made_again(string protection, string copy)
    {
        (int After, bool IsReset)[] cuts = [.. from after in (int[])[1, 40, 84, 70_000, -3, 0] from isReset in (bool[])[false, true] select (after, isReset)];
        using var middle = Between();
        middle.Attack = (piece, lane) =>
        {
            if (piece.IsBlock && piece.Index == 1 && lane.Ordinal < cuts.Length)
            {
                var (after, isReset) = cuts[lane.Ordinal];
                lane.Cut(piece, after > 0 ? after : piece.Bytes.Length + after, isReset);
            }
            else
            {
                lane.Send(piece);
            }
        };

        (await Copy(middle, $"{protection} -streams 1", copy, blocks: 30)).MadeGood(damaged: 0, lost: cuts.Length);
    }

    [Cases("socat")]
    [MemberData(nameof(Copies))]
    public async Task A_connection_that_is_cut_inside_an_acknowledgement_or_behind_it_is_made_again(string protection, string copy)
    {
        (int After, bool IsReset)[] cuts = [.. from after in (int[])[1, 9, 15, 16] from isReset in (bool[])[false, true] select (after, isReset)];
        using var middle = Between();
        middle.Attack = (piece, lane) =>
        {
            if (!piece.IsBlock && piece.Index == 0 && lane.Ordinal < cuts.Length)
            {
                lane.Cut(piece, cuts[lane.Ordinal].After, cuts[lane.Ordinal].IsReset);
            }
            else
            {
                lane.Send(piece);
            }
        };

        (await Copy(middle, $"{protection} -streams 1", copy, blocks: 30)).MadeGood(damaged: 0, lost: cuts.Length);
    }

    /// <summary>An attacker who lets nothing through cannot be beaten; but the end is clear, and comes in time.</summary>
    [Cases("socat")]
    [InlineData("")]
    [InlineData("-encrypt")]
    public async Task Connections_that_are_all_cut_before_they_bring_a_block_end_in_an_error(string protection)
    {
        using var middle = Between();
        middle.Attack = (piece, lane) => lane.Break(isReset: true);

        var verdict = await Copy(middle, $"{protection} -timeout 2");
        verdict.Result.Is(3).Says("the data connections break before they bring anything");
        Assert.InRange(verdict.Lost, 4, 200);
    }
}
