namespace EndToEnd.Tests.Dolly;

/// <summary>
/// A test that copies along a chain. In a script $TO are the options for the nodes n1, n2 and n3, which see the same files; each writes
/// t/NODE.
/// </summary>
public abstract class DollyTest : CopyTest
{
    protected const string Prelude = """
        NODES="--launch local -H n1,n2,n3"; TO="$NODES -O $PWD/t/%h"
        make() { head -c "$1" /dev/urandom > image; mkdir t; }
        same() { for one; do cmp image t/$one > /dev/null && echo $one; done; }

        """;

    /// <summary>The process of a node, as soon as it writes its target.</summary>
    private protected async Task<ProcessInfo> NodeOf(Running running, string node)
    {
        ProcessInfo[] found = [];
        await running.Until(() => (found = Writers(node)).Length == 1, $"a process that writes for {node}");
        return found[0];
    }

    /// <summary>Whether a node has stored anything yet.</summary>
    private protected static bool HasStored(ProcessInfo node)
    {
        var line = File.ReadAllLines($"/proc/{node.Id}/io").Single(text => text.StartsWith("wchar:", StringComparison.Ordinal));
        return long.Parse(line["wchar:".Length..]) > 4 << 20;
    }

    private ProcessInfo[] Writers(string node) =>
        [.. Processes.Tagged(Tag).Where(IsServer).Where(process => Opened(process).Any(path => path.StartsWith(PathOf($"t/.{node}."), StringComparison.Ordinal) || path.StartsWith(PathOf($"t/{node}"), StringComparison.Ordinal)))];

    private static IEnumerable<string> Opened(ProcessInfo process)
    {
        try
        {
            return [.. new DirectoryInfo($"/proc/{process.Id}/fd").EnumerateFileSystemInfos().Select(fd => fd.LinkTarget ?? "")];
        }
        catch (IOException)
        {
            return [];
        }
    }
}
