namespace EndToEnd.Tests.Copies;

/// <summary>Block devices, played by loop devices.</summary>
public sealed class DeviceTests : CopyTest
{
    private const string MakeDevice = """
        set -eo pipefail
        head -c 8m /dev/urandom > disk
        device=$(losetup --find --show disk)
        trap 'losetup -d "$device"' EXIT

        """;

    [Cases(Needs.Loop)]
    [BothWays]
    public async Task A_device_is_read_as_a_whole(Far far) =>
        (await Run(MakeDevice + """
            dmscp -r $FAR -f "$device" -l out
            cmp disk out
            dmscp -w $FAR -l "$device" -d "$PWD" -f there
            cmp disk there
            """, far)).Is(0);

    [Cases(Needs.Loop)]
    [BothWays]
    public async Task A_device_is_written_in_place_and_synced(Far far) =>
        (await Run(MakeDevice + """
            head -c 3m /dev/urandom > source
            tail -c +3145729 disk > rest
            dmscp -w $FAR -f "$device" -l source
            test -b "$device"
            cat source rest | cmp - disk
            """, far)).Is(0);

    [Case(Needs.Loop)]
    public async Task A_hole_wipes_what_was_on_the_device() =>
        (await Run(MakeDevice + """
            truncate -s 8m source
            echo data | dd of=source bs=1M seek=5 conv=notrunc status=none
            dmscp -w $FAR -f "$device" -l source
            cmp source "$device"
            """)).Is(0);

    [Cases(Needs.Loop)]
    [BothWays]
    public async Task A_device_that_is_too_small_is_told_before_anything_is_written(Far far) =>
        (await Run(MakeDevice + """
            cp disk before
            head -c 9m /dev/zero > source
            status=0
            dmscp -w $FAR -f "$device" -l source || status=$?
            cmp before disk
            exit $status
            """, far)).Is(5);

    [Case(Needs.Loop)]
    public async Task A_stream_that_is_longer_than_the_device_ends_at_its_end() =>
        (await Run(MakeDevice + """
            head -c 9m /dev/zero | dmscp -w $FAR -f "$device"
            """)).Is(5);
}
