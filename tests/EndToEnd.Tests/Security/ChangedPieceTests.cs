namespace EndToEnd.Tests.Security;

/// <summary>An attacker in the middle flips bits.</summary>
public sealed class ChangedPieceTests : MiddleTest
{
    /// <summary>A place in each field of a block header and in the payload, from the start of the header.</summary>
    private static readonly Dictionary<string, int> BlockFields = new()
    {
        ["magic"] = 0,
        ["type"] = 4,
        ["zero"] = 5,
        ["length"] = 8,
        ["object"] = 12,
        ["offset"] = 18,
        ["span"] = 26,
        ["sequence"] = 32,
        ["digest"] = 40,
        ["check"] = 72,
        ["first byte"] = 80,
        ["a byte"] = 80 + 4321,
    };

    /// <summary>A place in each field of an acknowledgement.</summary>
    private static readonly Dictionary<string, int> AckFields = new() { ["magic"] = 0, ["kind"] = 4, ["zero"] = 6, ["index"] = 8, ["far index"] = 14 };

    [Cases("socat")]
    [MemberData(nameof(ProtectedCopies))]
    public async Task Each_field_of_a_protected_block_and_its_tag_is_noticed_and_the_block_made_good(string protection, string copy)
    {
        var fields = new Queue<int>([.. BlockFields.Values.Select(at => at + 4), -1]);
        var changes = fields.Count;
        using var middle = Between();
        middle.Attack = (piece, lane) =>
        {
            // Never many in a row: that would be taken for a lane out of step.
            var isChanged = piece.IsBlock && piece.Index % 2 == 1 && fields.Count > 0;
            lane.Send(piece, isChanged ? piece.Flipped(fields.Dequeue() is var at && at > 0 ? at : piece.Tag) : null);
        };

        (await Copy(middle, $"{protection} -streams 1", copy, blocks: 30)).MadeGood(damaged: changes, lost: 0);
    }

    [Cases("socat")]
    [MemberData(nameof(Protections))]
    public async Task The_length_of_a_record_is_noticed_or_ends_the_lane(string protection)
    {
        using var middle = Between();
        middle.Attack = (piece, lane) => lane.Send(piece, piece.IsBlock && piece.Index == 1 && lane.Ordinal < 4 ? piece.Flipped(lane.Ordinal) : null);

        var verdict = await Copy(middle, $"{protection} -streams 1");
        Assert.Equal(0, verdict.Result.Status);
        Assert.InRange(verdict.Lost, 4, 8);
    }

    [Cases("socat")]
    [MemberData(nameof(ProtectedCopies))]
    public async Task Each_field_of_a_protected_acknowledgement_ends_the_lane_and_everything_is_made_good(string protection, string copy)
    {
        int[] fields = [0, 2, .. AckFields.Values.Select(at => at + 4), -1];
        using var middle = Between();
        middle.Attack = (piece, lane) =>
            lane.Send(piece, !piece.IsBlock && piece.Index == 0 && lane.Ordinal < fields.Length ? piece.Flipped(fields[lane.Ordinal] is var at && at >= 0 ? at : piece.Tag) : null);

        (await Copy(middle, $"{protection} -streams 1", copy, blocks: 20)).MadeGood(damaged: 0, lost: fields.Length);
    }

    [Case("socat")]
    public async Task An_accident_in_the_payload_in_the_clear_is_noticed_and_the_block_made_good()
    {
        using var middle = Between();
        middle.Attack = (piece, lane) =>
            lane.Send(piece, piece.IsBlock && piece.Index is 1 or 3 or 5 ? piece.Flipped(piece.Index == 1 ? 80 : piece.Index == 3 ? 5000 : piece.Bytes.Length - 1) : null);

        (await Copy(middle, "-streams 1")).MadeGood(damaged: 3, lost: 0);
    }

    [Case("socat")]
    public async Task An_accident_in_any_field_of_a_header_in_the_clear_ends_the_lane_and_everything_is_made_good()
    {
        int[] fields = [.. BlockFields.Values.Where(at => at < 80)];
        using var middle = Between();
        middle.Attack = (piece, lane) => lane.Send(piece, piece.IsBlock && piece.Index == 1 && lane.Ordinal < fields.Length ? piece.Flipped(fields[lane.Ordinal]) : null);

        (await Copy(middle, "-streams 1", blocks: 20)).MadeGood(damaged: 0, lost: fields.Length);
    }

    [Case("socat")]
    public async Task An_accident_in_an_acknowledgement_in_the_clear_does_no_harm_or_ends_the_lane_and_everything_is_made_good()
    {
        int[] fields = [.. AckFields.Values];
        using var middle = Between();
        middle.Attack = (piece, lane) => lane.Send(piece, !piece.IsBlock && piece.Index == 0 && lane.Ordinal < fields.Length ? piece.Flipped(fields[lane.Ordinal]) : null);

        var verdict = await Copy(middle, "-streams 1", blocks: 20);
        Assert.Equal(0, verdict.Result.Status);
        Assert.InRange(verdict.Lost, 2, fields.Length);
    }
}
