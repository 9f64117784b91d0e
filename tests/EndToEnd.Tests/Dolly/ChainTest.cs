namespace EndToEnd.Tests.Dolly;

/// <summary>
/// A test that sends a file along a chain. In a script, "make N" makes a source of N bytes, and "same NODE ..." prints those nodes whose copy is equal.
/// </summary>
public abstract class ChainTest : CopyTest
{
    protected const string Prelude = """
        make() { head -c "$1" /dev/urandom > source; dd if=/dev/zero of=source bs=1000 seek=$(($1 / 4000)) count=$(($1 / 8000)) conv=notrunc status=none; mkdir -p n1 n2 n3 n4; }
        same() { for one; do cmp -s source $one/copy && echo $one; done; }

        """;

    /// <summary>The server of a node, as soon as it writes below the directory of that name.</summary>
    private protected async Task<ProcessInfo> NodeOf(Running running, string name)
    {
        ProcessInfo[] found = [];
        await running.Until(() => (found = [.. Processes.Tagged(Tag).Where(IsServer).Where(process => Writes(process, name))]).Length == 1, $"a server that writes below {name}");
        return found[0];
    }

    /// <summary>Waits until a node has stored that many bytes.</summary>
    private protected Task Stored(Running running, string name, long bytes) =>
        running.Until(() => SizeOf(name) >= bytes, $"{bytes} bytes below {name}");

    private long SizeOf(string name) => System.IO.Directory.Exists(PathOf(name))
        ? new DirectoryInfo(PathOf(name)).EnumerateFiles("*", new EnumerationOptions { AttributesToSkip = 0 }).Sum(file => file.Length)
        : 0;

    private bool Writes(ProcessInfo process, string name)
    {
        try
        {
            return new DirectoryInfo($"/proc/{process.Id}/fd").EnumerateFileSystemInfos().Any(fd => fd.LinkTarget?.StartsWith($"{PathOf(name)}/", StringComparison.Ordinal) == true);
        }
        catch (IOException)
        {
            return false;
        }
    }
}
