namespace EndToEnd.Tests.Dccli;

/// <summary>Faults by chance in a run of eight: the others have everything, each that failed is named, and a second run completes it.</summary>
public sealed class StormTests : FanOutTest
{
    private const int Destinations = 8;

    [Cases]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public async Task Whatever_happens_to_some_changes_nothing_for_the_others(int seed)
    {
        var random = new Random(seed);
        var running = Start($$"""
            mkdir source; head -c 60000000 /dev/urandom > source/large; for i in $(seq 100); do head -c $((i * 41)) /dev/urandom > source/small$i; done
            for i in $(seq {{Destinations}}); do mkdir t$i; TO="$TO h$i:$PWD/t$i"; done
            dccli -r --memory 16m --rate 10m --retries 0 --launch local source $TO 2> said; echo $?
            for i in $(seq {{Destinations}}); do
              if grep -q "error: h$i: " said; then echo h$i; elif ! diff -rq source t$i/source > /dev/null; then echo h$i is wrong; fi
            done
            cat said >&2
            dccli -qrZ --launch local source $TO; echo $?
            for i in $(seq {{Destinations}}); do diff -rq source t$i/source || echo h$i is wrong; done
            """);
        var victims = Enumerable.Range(1, Destinations).OrderBy(_ => random.Next()).Take(4).ToArray();
        await Moving(running, Destinations);
        var (killed, stopped) = (new List<int>(), new List<int>());
        foreach (var victim in victims)
        {
            var server = await ServerOf(running, $"t{victim}");
            var isKilled = random.Next(2) == 0;
            Processes.Signal(server.Id, isKilled ? "KILL" : "STOP");
            (isKilled ? killed : stopped).Add(isKilled ? victim : server.Id);
        }

        await Task.Delay(TimeSpan.FromSeconds(3));
        stopped.ForEach(server => Processes.Signal(server, "CONT"));
        var result = await running.End();
        var failed = string.Concat(killed.Order().Select(victim => $"h{victim}\n"));
        result.Prints($"{(killed.Count > 0 ? 1 : 0)}\n{failed}0\n");
    }
}
