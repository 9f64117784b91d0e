namespace Pipe.Engine.Tests;

/// <summary>The uses of devices in an invented system: sda with a root file system on a logical volume, sdb with btrfs, sdc with swap, sdd free.</summary>
public sealed class DeviceUseTests : IDisposable
{
    private const string Mounts = """
        20 1 253:0 / / rw,relatime - ext4 /dev/mapper/root rw
        21 20 0:40 / /data rw,relatime - btrfs /dev/sdb1 rw
        22 20 8:1 / /boot rw shared:3 - vfat /dev/sda1 rw
        23 20 0:5 / /dev rw - devtmpfs udev rw
        """;

    private const string Swaps = "Filename\t\tType\t\tSize\n/dev/sdc2        partition\t1000\t0\t-2\n";

    private readonly Scratch _scratch = new();

    public DeviceUseTests()
    {
        Device("8:0", "sda");
        Partition("8:0", "sda1", "8:1");
        Partition("8:0", "sda2", "8:2");
        Device("8:2", "sda2");
        Holder("8:2", "dm-0", "253:0");
        Device("253:0", "dm-0");
        Device("8:1", "sda1");
        Device("8:16", "sdb");
        Partition("8:16", "sdb1", "8:17");
        Device("8:17", "sdb1");
        Device("8:32", "sdc");
        Partition("8:32", "sdc2", "8:34");
        Device("8:34", "sdc2");
        Device("8:48", "sdd");
    }

    public void Dispose() => _scratch.Dispose();

    [Theory]
    [InlineData("8:1", "sda1 is mounted on /boot")]
    [InlineData("8:2", "dm-0 is mounted on /")]
    [InlineData("253:0", "dm-0 is mounted on /")]
    [InlineData("8:16", "sdb1 is mounted on /data")]
    [InlineData("8:17", "sdb1 is mounted on /data")]
    [InlineData("8:32", "sdc2 is swap space")]
    [InlineData("8:48", "")]
    [InlineData("9:9", "")]
    public void The_use_of_a_device_is_found(string number, string use) => Assert.Equal(use, Use.Of(number));

    [Fact]
    public void A_disk_is_in_use_if_one_of_its_partitions_is() => Assert.Contains(Use.Of("8:0"), (string[])["sda1 is mounted on /boot", "dm-0 is mounted on /"]);

    private DeviceUse Use => new(_scratch.Directory, Mounts, Swaps, path => path switch
    {
        "/dev/sdb1" => "8:17",
        "/dev/sdc2" => "8:34",
        _ => null,
    });

    /// <summary>As in sysfs, the numbers are links to directories with the names.</summary>
    private void Device(string number, string name)
    {
        var folder = Directory.CreateDirectory(_scratch[Path.Combine("devices", name)]).FullName;
        Directory.CreateDirectory(Path.Combine(folder, "holders"));
        Directory.CreateSymbolicLink(_scratch[number], folder);
    }

    private void Partition(string disk, string name, string number)
    {
        var folder = Directory.CreateDirectory(Path.Combine(_scratch[disk], name)).FullName;
        File.WriteAllText(Path.Combine(folder, "partition"), "1\n");
        File.WriteAllText(Path.Combine(folder, "dev"), number + "\n");
    }

    private void Holder(string number, string name, string above)
    {
        var folder = Directory.CreateDirectory(Path.Combine(_scratch[number], "holders", name)).FullName;
        File.WriteAllText(Path.Combine(folder, "dev"), above + "\n");
    }
}
