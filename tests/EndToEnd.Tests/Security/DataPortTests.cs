using System.Diagnostics;
using EndToEnd.Tests.Repository;

namespace EndToEnd.Tests.Security;

/// <summary>The port that data connections come to: where it is open, and until when.</summary>
public sealed class DataPortTests : MiddleTest
{
    private const int Ports = 4;
    private readonly int _low = Random.Shared.Next(3_000, 5_000) * Ports;

    public static TheoryData<string, Far> Ends => new()
    {
        { "success", Far.Local },
        { "failure", Far.Local },
        { "TERM here", Far.Local },
        { "KILL here", Far.Ssh },
        { "KILL there", Far.Ssh },
        { "TERM there", Far.Ssh },
    };

    /// <summary>Nothing is sent yet, so no lane is in.</summary>
    [Cases("ss")]
    [BothWays]
    public async Task It_is_open_in_the_range_asked_for_on_the_address_in_use_and_on_no_other(Far far)
    {
        var copying = Start($"exec dmscp -w $FAR -connect direct -p {_low}-{_low + Ports - 1} -timeout 6 -L 'sleep 100' -f null:", far);
        await copying.Until(() => Listening().Count > 0, "the port is open");
        Assert.Contains(" 127.0.0.1:", Assert.Single(Listening()), StringComparison.Ordinal);
        Processes.Signal(copying.Id, "TERM");
        (await copying.End()).Is(6);
    }

    [Cases("ss")]
    [BothWays]
    public async Task It_is_closed_when_the_last_lane_is_in(Far far)
    {
        var copying = Start($"exec dmscp -w $FAR -p {_low}-{_low + Ports - 1} -timeout 6 -L 'sleep 1; head -c 40000000 /dev/zero; sleep 100' -f null:", far);
        await copying.Until(() => Listening().Count == 1, "the port is open");
        await copying.Until(() => Listening().Count == 0, "the port is closed");
        Assert.False(copying.HasEnded);
        Assert.Equal(2, Checkout.Run("ss", "-Htn", "state", "established", Range).Lines.Count);
        Processes.Signal(copying.Id, "TERM");
        (await copying.End()).Is(6);
    }

    [Cases("ss")]
    [MemberData(nameof(Ends))]
    public async Task It_is_closed_when_the_session_has_ended_however_it_ended(string end, Far far)
    {
        var produce = end switch { "success" => "sleep 1", "failure" => "sleep 1; exit 3", _ => "sleep 100" };
        var copying = Start($"exec dmscp -w $FAR -connect direct -p {_low}-{_low + Ports - 1} -timeout 4 -L '{produce}' -f null:", far);
        await copying.Until(() => Listening().Count == 1, "the port is open");
        if (end.Split(' ') is [var signal, var where])
        {
            Processes.Signal(where == "here" ? copying.Id : (await Find(IsServer, "the server")).Id, signal);
        }

        var result = await copying.End();
        Assert.Equal(end == "success", result.Status == 0);
        await Closed();
    }

    [Case("ss", "socat")]
    public async Task It_is_closed_when_ssh_is_cut_and_cannot_be_made_again()
    {
        using var middle = Between();
        var copying = StartCopy(middle, $"-p {_low}-{_low + Ports - 1}", "-w -L 'sleep 100' -f null:");
        await copying.Until(() => Listening().Count == 1, "the port is open");
        middle.CutControl();

        (await copying.End()).Is(3);
        await Closed();
    }

    private string Range => $"sport >= :{_low} and sport < :{_low + Ports}";

    private IReadOnlyList<string> Listening() => Checkout.Run("ss", "-Htln", Range).Lines;

    private async Task Closed()
    {
        var watch = Stopwatch.StartNew();
        while (Listening() is { Count: > 0 } left)
        {
            Assert.True(watch.Elapsed.TotalSeconds < 30, string.Join("; ", left));
            await Task.Delay(50);
        }
    }
}
