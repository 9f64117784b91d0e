namespace EndToEnd.Tests.Dccli;

/// <summary>More destinations than there are descriptors for at a time.</summary>
public sealed class CrowdTests : FanOutTest
{
    private const int Destinations = 256;
    private const int MostDescriptors = 1024;
    private const int MostThreads = 2000;
    private const long MostMemoryKib = 700_000;

    [Case("python3")]
    public async Task Descriptors_threads_and_memory_are_bounded_and_every_verdict_is_right()
    {
        var running = Start($$"""
            mkdir source; head -c 3000000 /dev/urandom > source/large; for i in $(seq 20); do echo $i > source/small$i; done
            for i in $(seq {{Destinations}}); do mkdir t$i; ALL="$ALL h$i:$PWD/t$i"; done
            rmdir t7 t77; echo > t7; ln -s /nonexistent/x t77
            (ulimit -n {{MostDescriptors}}; exec dccli -r --json --launch local source $ALL > results 2> said); echo $?
            python3 -c 'import json; print([one["destination"] for one in map(json.loads, open("results")) if not one["ok"]])'
            for i in $(seq {{Destinations}}); do case $i in 7|77) ;; *) diff -r source t$i/source || echo h$i is wrong;; esac; done
            """);
        running.CloseInput();
        var client = await Find(process => process.Words[0].EndsWith("dccli", StringComparison.Ordinal), "the client");
        var (descriptors, threads, memory) = (0, 0, 0L);
        while (Processes.Get(client.Id) is not null && !running.HasEnded)
        {
            var (some, more, peak) = Look(client.Id);
            (descriptors, threads, memory) = (Math.Max(descriptors, some), Math.Max(threads, more), Math.Max(memory, peak));
            await Task.Delay(20);
        }

        (await running.End()).Is(0).Prints("1\n['h7', 'h77']\n");
        Assert.InRange(descriptors, 100, MostDescriptors);
        Assert.InRange(threads, 100, MostThreads);
        Assert.InRange(memory, 1, MostMemoryKib);
    }

    /// <summary>Descriptors, threads and most memory of a process; zero once it has ended.</summary>
    private static (int Descriptors, int Threads, long PeakKib) Look(int process)
    {
        try
        {
            var status = File.ReadAllLines($"/proc/{process}/status");
            return (System.IO.Directory.GetFileSystemEntries($"/proc/{process}/fd").Length, (int)NumberIn(status, "Threads:"), NumberIn(status, "VmHWM:"));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or InvalidOperationException)
        {
            return default;
        }
    }
}
