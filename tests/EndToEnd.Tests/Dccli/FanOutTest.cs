using System.Globalization;

namespace EndToEnd.Tests.Dccli;

/// <summary>
/// A test that copies to several destinations. In a script $TO are the options with which h1:PATH, h2:PATH and so on are far ends that
/// see the same files.
/// </summary>
public abstract class FanOutTest : CopyTest
{
    protected const string Prelude = """
        TO="--launch local"
        make() { mkdir -p source; head -c "$1" /dev/urandom > source/large; for i in $(seq 200); do head -c $((i * 41)) /dev/urandom > source/small$i; done; mkdir -p t1 t2 t3; }
        same() { for one; do diff -r source $one/source > /dev/null && echo $one; done; }

        """;

    /// <summary>Compares the bytes that strace saw a client read of the source with the bytes that are there.</summary>
    protected const string BytesRead = """
        # A call that another one has interrupted is on two lines, and only the first has the path.
        awk -v dir="$PWD/source/" '
          index($0, "<" dir) && /unfinished/ { pending[$1] = 1; next }
          index($0, "<" dir) && / = [0-9]+$/ { sum += $NF; next }
          /resumed/ && pending[$1] { sum += $NF; pending[$1] = 0 }
          END { printf "%d\n", sum }' trace > read
        cat source/* | wc -c > there; diff read there
        """;

    /// <summary>The client, once that many servers write there.</summary>
    private protected async Task<(ProcessInfo Client, ProcessInfo[] Servers)> Moving(Running running, int servers)
    {
        ProcessInfo[] found = [];
        await running.Until(() => (found = Writers()).Length == servers, $"{servers} servers with a file open below their targets", seconds: 90);
        var client = await Find(process => process.Words[0].EndsWith("dccli", StringComparison.Ordinal), "the client");
        return (client, found);
    }

    /// <summary>The server that writes below a directory, as soon as it does.</summary>
    private protected async Task<ProcessInfo> ServerOf(Running running, string target)
    {
        ProcessInfo[] found = [];
        await running.Until(() => (found = ServersOf(target)).Length == 1, $"a server that writes below {target}", seconds: 90);
        return found[0];
    }

    private protected bool IsWhole(string target) =>
        File.Exists(PathOf($"{target}/source/large")) && System.IO.Directory.GetFiles(PathOf($"{target}/source"), "*").Count(file => !file.Contains("/.", StringComparison.Ordinal)) == 201;

    /// <summary>Most memory that a process has had, in KiB.</summary>
    private protected static long PeakOf(int process) => NumberIn(File.ReadAllLines($"/proc/{process}/status"), "VmHWM:");

    /// <summary>A field of the status of a process, see proc(5).</summary>
    private protected static long NumberIn(string[] status, string field) =>
        long.Parse(status.Single(line => line.StartsWith(field, StringComparison.Ordinal))[field.Length..].Replace("kB", "", StringComparison.Ordinal).Trim(), CultureInfo.InvariantCulture);

    private ProcessInfo[] ServersOf(string target) =>
        [.. Writers().Where(process => Opened(process).Any(path => path.StartsWith($"{PathOf(target)}/", StringComparison.Ordinal)))];

    private ProcessInfo[] Writers() =>
        [.. Processes.Tagged(Tag).Where(IsServer).Where(process => Opened(process).Any(path => path.StartsWith($"{Directory}/t", StringComparison.Ordinal)))];

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
