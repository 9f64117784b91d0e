namespace Pipe.Protocol.Tests;

/// <summary>Vectors of messages about archives.</summary>
internal static class ArchiveScenarios
{
    public static IReadOnlyList<Vector> All { get; } = [.. Offers(), .. Kept(), .. Waitings()];

    private static IEnumerable<Vector> Offers()
    {
        var offer = Samples.ArchiveOffer;
        var good = Samples.Payloads(offer);
        var archiving = good.AsSpan().IndexOf(Samples.Packed(offer.Archiving!));
        yield return Scenarios.Good("offer_archive_write", MessageType.Offer, "a stream becomes fragments in two directories, each migrated", good);
        yield return Scenarios.Good("offer_archive_read", MessageType.Offer, "a part of an archive is read, and released", Samples.Payloads(offer with
        {
            Role = Role.Sender,
            Archiving = new Archiving { Flags = ArchivingFlags.Release, First = 3, Offset = 4096, Length = 1 << 20, Member = "dir/name", Budget = 1L << 36 },
        }));
        yield return Scenarios.Good("offer_program", MessageType.Offer, "what this program prints there is read", Samples.Payloads(Samples.Offer with
        {
            Role = Role.Sender,
            Resource = Resource.Program(["yarchive", "ls", "/archive"]),
        }));
        yield return Offer("offer_archiving_flags", "an unknown flag of archives", "archiving flags is 16, not 0 to 15", 0, [16, 0]);
        yield return Offer("offer_archiving_fragment", "fragments of 2^63 bytes", "a size of 9223372036854775808 bytes", 2, [0, 0, 0, 0, 0, 0, 0, 0x80]);
        yield return Offer("offer_archiving_first_0", "fragments are counted from 1", $"first fragment is 0, not 1 to {int.MaxValue}", 18, [0, 0, 0, 0]);
        yield return Scenarios.Bad("offer_archiving_missing", MessageType.Offer, "an archive, and nothing of how", "offer: cut short", good[..archiving]);

        Vector Offer(string name, string comment, string error, int at, byte[] field) =>
            Scenarios.Bad(name, MessageType.Offer, comment, "offer: " + error, Scenarios.Patched(good, archiving + at, field));
    }

    private static IEnumerable<Vector> Kept()
    {
        const int count = 16;
        var good = Samples.Payloads(Samples.AcceptKept);
        yield return Scenarios.Good("accept_filters", MessageType.Accept, "an archive that is read went through two filters", Samples.Payloads(Samples.Accept with { Filters = "zstd\0encrypt: age -r key" }));
        yield return Scenarios.Good("accept_kept", MessageType.Accept, "two fragments of the archive are there", good);
        yield return Scenarios.Bad("accept_kept_cut", MessageType.Accept, "a kept fragment less than announced", "accept: kept fragments is 3, and 36 bytes follow", Scenarios.Patched(good, count, [3]));
        yield return Scenarios.Bad("accept_kept_many", MessageType.Accept, "one fragment more than there may be", $"accept: kept fragments is {Limits.MaxKept + 1}, not 0 to {Limits.MaxKept}", Scenarios.Patched(good, count, BitConverter.GetBytes(Limits.MaxKept + 1)));
        yield return Scenarios.Bad("accept_kept_huge", MessageType.Accept, "fragments that are larger together than any stream", "accept: kept fragments larger than any stream", Samples.Payloads(Samples.AcceptKept with { Kept = [new(long.MaxValue, 1), new(1, 1)] }));
    }

    private static IEnumerable<Vector> Waitings()
    {
        var good = Samples.Payloads(Samples.Waiting);
        yield return Scenarios.Good("waiting", MessageType.Waiting, "the disk is full", good);
        yield return Scenarios.Good("waiting_over", MessageType.Waiting, "the wait is over", Samples.Payloads(new Waiting("")));
        yield return Scenarios.Bad("waiting_cut", MessageType.Waiting, "words of a wait that end too early", "waiting: cut short", good[..^1]);
        yield return Scenarios.Bad("waiting_trailing", MessageType.Waiting, "a byte behind the words of a wait", "waiting: 1 bytes too many", [.. good, 0]);
    }
}
