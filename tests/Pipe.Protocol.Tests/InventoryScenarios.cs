using static Pipe.Protocol.Tests.Scenarios;

namespace Pipe.Protocol.Tests;

/// <summary>The vectors of questions about the target, and of ranges on demand.</summary>
internal static class InventoryScenarios
{
    public static IEnumerable<Vector> All => Make();

    private static IEnumerable<Vector> Make()
    {
        yield return Good("want", MessageType.Want, "two names are looked for", Samples.Payloads(Samples.Want));
        yield return Good("want_contents", MessageType.Want, "an empty name: what is in the target", Samples.Payloads(new Want(1, "")));
        yield return Bad("want_below", MessageType.Want, "a path where a name must be", "want: dir/name: not a name at the top of a tree", Samples.Payloads(new Want(1, "dir/name")));
        yield return Bad("want_up", MessageType.Want, "the directory above the target is looked for", "tree: ..: not a path below the top of a tree", Samples.Payloads(new Want(1, "dir\0..")));
        yield return Bad("want_absolute", MessageType.Want, "/etc is looked for", "tree: /etc: not a path below the top of a tree", Samples.Payloads(new Want(1, "/etc")));
        yield return Bad("want_cut", MessageType.Want, "fewer names than announced", "want: cut short", Samples.Payloads(Samples.Want)[..^1]);
        yield return Bad("want_trailing", MessageType.Want, "a byte behind the names", "want: 1 bytes too many", [.. Samples.Payloads(Samples.Want), 0]);
        yield return Good("have", MessageType.Have, "a file that the target has", Samples.Payloads(Samples.Have));
        yield return Good("have_end", MessageType.Have, "that is all that the target has", Samples.Payloads(new Have(1, [])));
        var ranges = Samples.Payloads(Samples.HaveRanges);
        yield return Good("have_ranges", MessageType.HaveRanges, "two pieces of a file", ranges);
        yield return Good("have_ranges_end", MessageType.HaveRanges, "no more of a file", Samples.Payloads(new HaveRanges(Limits.MinPiece, 5, 0, [])));
        yield return Bad("have_ranges_piece", MessageType.HaveRanges, "pieces that are too small", $"have ranges: piece is {Limits.MinPiece - 1}, not {Limits.MinPiece} to {Limits.MaxBlock}", Patched(ranges, 0, U32(Limits.MinPiece - 1)));
        yield return Bad("have_ranges_count", MessageType.HaveRanges, "a digest less than there are pieces", "have ranges: 16 bytes of digests for 2 pieces", ranges[..^16]);
        yield return Bad("have_ranges_digest", MessageType.HaveRanges, "half a digest of a piece", "have ranges: 24 bytes of digests for 2 pieces", ranges[..^8]);
        yield return Bad("have_ranges_beyond", MessageType.HaveRanges, "pieces beyond 2^63-1", "have ranges: pieces beyond the end of any file", Patched(ranges, 4, U64(long.MaxValue)));
        yield return Bad("have_ranges_negative", MessageType.HaveRanges, "an offset beyond 2^63-1", "have ranges: a size of 9223372036854775808 bytes", Patched(ranges, 4, U64(Negative)));
        yield return Bad("have_ranges_cut", MessageType.HaveRanges, "an offset that ends too early", "have ranges: cut short", ranges[..8]);
        var demand = Samples.Payloads(Samples.Demand);
        yield return Good("demand", MessageType.Demand, "a program waits for a region", demand);
        yield return Good("demand_enough", MessageType.Demand, "nothing more is wanted", Samples.Payloads(new Demand(DemandKind.Enough, 0, 0)));
        yield return Bad("demand_kind_0", MessageType.Demand, "a demand of no kind", "demand: kind of demand is 0, not 1 to 4", Patched(demand, 0, [0]));
        yield return Bad("demand_kind_5", MessageType.Demand, "a demand beyond the last kind", "demand: kind of demand is 5, not 1 to 4", Patched(demand, 0, [5]));
        yield return Bad("demand_beyond", MessageType.Demand, "a range that ends beyond 2^63-1", "demand: a range that is beyond any file", Patched(demand, 1, U64(long.MaxValue)));
        yield return Bad("demand_negative", MessageType.Demand, "a range that begins beyond 2^63-1", "demand: a size of 9223372036854775808 bytes", Patched(demand, 1, U64(Negative)));
        yield return Bad("demand_cut", MessageType.Demand, "a length that ends too early", "demand: cut short", demand[..^1]);
        yield return Bad("demand_trailing", MessageType.Demand, "a byte behind the range", "demand: 1 bytes too many", [.. demand, 0]);
        yield return Bad("have_cut", MessageType.Have, "no number of a question", "have: cut short", [1, 0, 0]);
    }
}
