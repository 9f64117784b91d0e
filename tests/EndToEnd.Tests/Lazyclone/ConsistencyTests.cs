using EndToEnd.Tests.Repository;

namespace EndToEnd.Tests.Lazyclone;

/// <summary>A clone keeps the data that its clients have written while it hydrates in the background.</summary>
public sealed class ConsistencyTests : CloneTest
{
    private static string Stomp => $"'{Checkout.PathOf("tests/lab/stomp")}'";

    /// <summary>As dm-clone's own pattern test: stamps in the source, then in the clone before, while and after it hydrates.</summary>
    [Cases("nbdsh", "nbdcopy")]
    [InlineData("--region 4k")]
    [InlineData("--region 64k")]
    [InlineData("--region 1m --dm-defaults")]
    public async Task Eight_clients_stamp_patterns_before_while_and_after_it_hydrates(string words) =>
        (await RunClone($$"""
            head -c 24M /dev/urandom > src
            truncate -s 32M src
            cp src before
            serve src dst.clone {{words}} no_hydration
            {{Stomp}} "$(uri dst.clone)" src first $RANDOM 150
            nbdcopy "$(uri dst.clone)" out
            cmp first out
            lazyclone message dst.clone.socket rate 16000000
            lazyclone message dst.clone.socket enable_hydration
            {{Stomp}} "$(uri dst.clone)" first second $RANDOM
            lazyclone message dst.clone.socket rate 0
            lazyclone wait dst.clone.socket
            {{Stomp}} "$(uri dst.clone)" second third $RANDOM 150
            finish dst.clone
            cmp third dst.clone
            cmp before src
            """)).Is(0);

    [Case("nbdsh", "nbdkit")]
    public async Task So_do_they_on_a_source_with_latency_over_nbd() =>
        (await RunClone($$"""
            head -c 16M /dev/urandom > src
            delayed 2ms
            serve "$from" dst.clone --region 16k
            {{Stomp}} "$(uri dst.clone)" src expected $RANDOM 200
            finish dst.clone
            cmp expected dst.clone
            kill $kit; wait $kit || true
            """)).Is(0);

    [Case("nbdkit", "nbdinfo")]
    public async Task Holes_of_an_nbd_source_are_not_read() =>
        (await RunClone("""
            head -c 1M /dev/urandom > src
            truncate -s 1G src
            head -c 100000 /dev/urandom | dd of=src bs=1M seek=500 conv=notrunc status=none
            delayed 0
            serve "$from" dst.clone
            finish dst.clone
            cmp src dst.clone
            test $(du -k dst.clone | cut -f1) -lt 200000
            kill $kit; wait $kit || true
            # Some is read before the server has said that it is a hole.
            read -r amount unit <<< "$(sed -n 's/^read: .* ops, [^,]*, \([0-9.]*\) \([A-Za-z]*\), .*/\1 \2/p' stats)"
            cat stats
            test "$unit" = MiB
            test "${amount%.*}" -lt 200
            """)).Is(0);

    [Case("mkfs.ext4", "debugfs", "mkfs.xfs", "xfs_repair", "nbdcopy")]
    public async Task Images_of_ext4_and_xfs_stay_intact() =>
        (await RunClone("""
            export PATH=$PATH:/usr/sbin:/sbin
            mkdir tree out
            for i in $(seq 30); do head -c $((i * 4567)) /dev/urandom > tree/file$i; done
            (cd tree && md5sum file*) > sums
            truncate -s 32M ext4
            mkfs.ext4 -q -d tree ext4
            { printf '/\n0 0\nd--755 0 0\n'; for i in $(seq 30); do echo "file$i ---644 0 0 tree/file$i"; done; echo '$'; } > proto
            truncate -s 320M xfs
            mkfs.xfs -q -p proto xfs
            for kind in ext4 xfs; do
              serve $kind $kind.clone
              nbdcopy "$(uri $kind.clone)" read
              cmp $kind read
              finish $kind.clone
              cmp $kind $kind.clone
            done
            e2fsck -fn ext4.clone
            debugfs -R 'rdump / out' ext4.clone
            (cd out && md5sum -c --quiet ../sums)
            xfs_repair -n xfs.clone
            """)).Is(0);
}
