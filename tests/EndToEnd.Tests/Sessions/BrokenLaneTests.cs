using EndToEnd.Tests.Repository;

namespace EndToEnd.Tests.Sessions;

/// <summary>Data connections that break, again and again, are made again, and nothing is lost.</summary>
public sealed class BrokenLaneTests : CopyTest
{
    // Whether the kernel can close the connections of others.
    private static readonly Lazy<bool> CanBreak = new(() => Checkout.Run("bash", "-c", """
        exec 3<> /dev/tcp/127.0.0.1/$1 || exit
        ss -Kt "dport = :$1" state established > /dev/null 2>&1
        ! ss -Htn "dport = :$1" state established | grep -q .
        """, "bash", $"{Lab.Shared.Port}").Status == 0);

    public static TheoryData<string, Far> Copies()
    {
        string[] copies =
        [
            "-w -l source -d \"$PWD\" -f target",
            "-w -L 'cat source' -d \"$PWD\" -R 'cat > target'",
            "-r -d \"$PWD\" -f source -l target",
            "-r -d \"$PWD\" -R 'cat source' -L 'cat > target'",
        ];
        var data = new TheoryData<string, Far>();
        foreach (var copy in copies.Where(_ => Lab.Shared.WhyNoSshd is null && Environment.IsPrivilegedProcess && CanBreak.Value))
        {
            data.Add(copy, Far.Local);
            data.Add(copy, Far.Ssh);
        }

        return data;
    }

    [Cases(Needs.Root, Needs.Sshd, "ss")]
    [MemberData(nameof(Copies))]
    public async Task They_are_made_again(string copy, Far far)
    {
        var port = Random.Shared.Next(12_000, 20_000);
        (await Run("head -c 12000000 /dev/urandom > source")).Is(0);
        var copying = Start($"exec dmscp {copy} $FAR -v -p {port} -rate 5m -events events", far);
        await copying.Until(() => File.Exists(PathOf("events")) && File.ReadAllText(PathOf("events")).Contains("\"way\":\"direct\"", StringComparison.Ordinal), "the data travel");
        for (var i = 0; i < 5; i++)
        {
            Checkout.Run("ss", "-Kt", "state", "established", $"sport = :{port}");
            await Task.Delay(Random.Shared.Next(900));
        }

        var result = (await copying.End()).Is(0);
        Assert.Contains("lost", result.Error, StringComparison.Ordinal);
        (await Run("cmp source target")).Is(0);
    }
}
