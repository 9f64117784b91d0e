namespace EndToEnd.Tests.Sessions;

/// <summary>
/// Descriptors stay below 64: the first one above makes the kernel enlarge the process's table, and in a process with threads that
/// takes 5 to 15 ms.
/// </summary>
public sealed class DescriptorTests : CopyTest
{
    private const int FirstTable = 64;

    [Case]
    public async Task A_server_that_has_started_has_none_above_63()
    {
        var running = Start("exec dmscp -server");
        await running.Until(() => running.Output.Contains("PIPE-CONTROL", StringComparison.Ordinal), "the marker");
        AllBelow(await Find(IsServer, "the server"));
        running.CloseInput();
        await running.End();
    }

    [Case]
    public async Task Both_ends_of_a_copy_have_none_above_63_while_it_runs()
    {
        var running = Start("exec dmscp -w $FAR -R 'cat; echo ended >&2' -events 3 3> events");
        await running.Write(new string('x', 1_000_000));
        await running.Until(() => File.Exists(PathOf("events")) && File.ReadAllText(PathOf("events")).Contains("\"event\"", StringComparison.Ordinal), "an event");
        AllBelow(await Find(IsClient, "the client"));
        AllBelow(await Find(IsServer, "the server"));
        running.CloseInput();
        (await running.End()).Is(0);
    }

    private static void AllBelow(ProcessInfo process)
    {
        var numbers = Descriptors(process).Select(path => int.Parse(Path.GetFileName(path), System.Globalization.CultureInfo.InvariantCulture)).ToList();
        Assert.NotEmpty(numbers);
        Assert.All(numbers, number => Assert.InRange(number, 0, FirstTable - 1));
    }

    private static IEnumerable<string> Descriptors(ProcessInfo process) => System.IO.Directory.EnumerateFileSystemEntries($"/proc/{process.Id}/fd");
}
