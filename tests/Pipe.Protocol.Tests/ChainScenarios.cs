namespace Pipe.Protocol.Tests;

/// <summary>The scenarios of the messages of a chain.</summary>
internal static class ChainScenarios
{
    public static IEnumerable<Vector> All => [.. Offers(), .. Links(), .. Helds(), .. Faults()];

    private static IEnumerable<Vector> Offers()
    {
        var offer = Samples.Payloads(Samples.ChainOffer);
        const int termsAndAsked = 16 + 4;
        var chaining = offer.Length - termsAndAsked - 9;
        yield return Scenarios.Good("offer_node", MessageType.Offer, "the responder is a node of a chain", offer);
        yield return Scenarios.Good("offer_node_plain", MessageType.Offer, "a node that keeps nothing of an earlier run", Samples.Payloads(Samples.ChainOffer with { Chaining = new Chaining(false, false, 1 << 20) }));
        yield return Scenarios.Bad("offer_node_flags", MessageType.Offer, "an unknown flag of a chain", "offer: flags of a chain is 4, not 0 to 3", Scenarios.Patched(offer, chaining, [4]));
        yield return Scenarios.Bad("offer_node_memory", MessageType.Offer, "more memory than a node may be asked for", $"offer: {Limits.MaxChainMemory + 1} bytes of blocks to keep", Scenarios.Patched(offer, chaining + 1, Scenarios.U64((ulong)Limits.MaxChainMemory + 1)));
    }

    private static IEnumerable<Vector> Links()
    {
        var feed = Samples.Payloads(Samples.Feed);
        yield return Scenarios.Good("feed", MessageType.Feed, "the next node of the chain waits there", feed);
        yield return Scenarios.Bad("feed_cut", MessageType.Feed, "a node without all of its addresses", "feed: cut short", feed[..^1]);
        yield return Scenarios.Bad("feed_cut_in_secret", MessageType.Feed, "half of the secret of a node", "feed: cut short", feed[..40]);
        yield return Scenarios.Bad("feed_trailing", MessageType.Feed, "a byte after the node to feed", "feed: 1 bytes too many", [.. Samples.Payloads(Samples.Feed with { There = Samples.Feed.There with { Transport = "udp" } }), 0]);
        var unfeed = Samples.Payloads(Samples.Unfeed);
        yield return Scenarios.Good("unfeed", MessageType.Unfeed, "another node feeds that one now", unfeed);
        yield return Scenarios.Bad("unfeed_cut", MessageType.Unfeed, "half of the number of a link to end", "unfeed: cut short", unfeed[..2]);
        yield return Scenarios.Bad("unfeed_trailing", MessageType.Unfeed, "a byte after a link to end", "unfeed: 1 bytes too many", [.. unfeed, 0]);
        var draw = Samples.Payloads(Samples.Draw);
        yield return Scenarios.Good("draw", MessageType.Draw, "a node is going to be fed", draw);
        yield return Scenarios.Bad("draw_cut", MessageType.Draw, "half of the number of a new link", "draw: cut short", draw[..2]);
        yield return Scenarios.Bad("draw_trailing", MessageType.Draw, "a byte after a new link", "draw: 1 bytes too many", [.. draw, 0]);
        var unfed = Samples.Payloads(Samples.Unfed);
        yield return Scenarios.Good("unfed", MessageType.Unfed, "a link is broken", unfed);
        yield return Scenarios.Bad("unfed_cut", MessageType.Unfed, "a reason that ends too early", "unfed: cut short", unfed[..^1]);
        yield return Scenarios.Bad("unfed_trailing", MessageType.Unfed, "a byte after the reason", "unfed: 1 bytes too many", [.. unfed, 0]);
    }

    private static IEnumerable<Vector> Helds()
    {
        const int last = 4;
        const int kind = 5;
        const int offset = 6;
        var held = Samples.Payloads(Samples.Held);
        yield return Scenarios.Good("held", MessageType.Held, "a stored range, and one of an earlier run", held);
        yield return Scenarios.Good("held_nothing", MessageType.Held, "a node that has nothing", Samples.Payloads(new Held(7, IsLast: true, [])));
        yield return Scenarios.Bad("held_last_2", MessageType.Held, "neither the last nor another", "held: last is 2, not 0 to 1", Scenarios.Patched(held, last, [2]));
        yield return Scenarios.Bad("held_kind_0", MessageType.Held, "a range of no kind", "held: kind of range is 0, not 1 to 2", Scenarios.Patched(held, kind, [0]));
        yield return Scenarios.Bad("held_kind_3", MessageType.Held, "a range beyond the last kind", "held: kind of range is 3, not 1 to 2", Scenarios.Patched(held, kind, [3]));
        yield return Scenarios.Bad("held_beyond", MessageType.Held, "a range of a node that ends beyond 2^63-1", $"held: {1 << 20} bytes at {long.MaxValue}", Scenarios.Patched(held, offset, Scenarios.U64(long.MaxValue)));
        yield return Scenarios.Bad("held_negative", MessageType.Held, "a range of a node that begins beyond 2^63-1", "held: a size of 9223372036854775808 bytes", Scenarios.Patched(held, offset, Scenarios.U64(Scenarios.Negative)));
        yield return Scenarios.Bad("held_empty", MessageType.Held, "a range of no bytes", "held: 0 bytes at 0", Scenarios.Patched(held, offset + 8, Scenarios.U64(0)));
        yield return Scenarios.Bad("held_cut", MessageType.Held, "a range that ends too early", "held: cut short", held[..^1]);
        yield return Scenarios.Bad("held_many", MessageType.Held, "a range more than a message may have", $"held: more than {Limits.MaxHeldRanges} ranges", Samples.Payloads(Samples.Held with
        {
            Ranges = [.. Enumerable.Range(0, Limits.MaxHeldRanges + 1).Select(i => new HeldRange(HeldKind.Stored, i, 1))],
        }));
    }

    private static IEnumerable<Vector> Faults()
    {
        var fault = Samples.Payloads(Samples.Fault);
        yield return Scenarios.Good("fault", MessageType.Fault, "the disk of a node is full", fault);
        yield return Scenarios.Bad("fault_negative", MessageType.Fault, "a fault beyond 2^63-1", "fault: a size of 9223372036854775808 bytes", Scenarios.Patched(fault, 0, Scenarios.U64(Scenarios.Negative)));
        yield return Scenarios.Bad("fault_cut", MessageType.Fault, "half of an error number", "fault: cut short", fault[..^2]);
        yield return Scenarios.Bad("fault_trailing", MessageType.Fault, "a byte after the error number", "fault: 1 bytes too many", [.. fault, 0]);
    }
}
