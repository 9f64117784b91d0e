using System.Diagnostics;

namespace EndToEnd.Tests;

/// <summary>
/// Base class of tests that run dmscp from shell scripts, each in its own directory. In a script $FAR holds the options that select the
/// remote end, which sees the same files. After each test none of its processes and temporary files may remain.
/// </summary>
public abstract class CopyTest : IAsyncLifetime
{
    private const int LeftoverSeconds = 30;
    private readonly string _home = Lab.MakePublic(System.IO.Directory.CreateTempSubdirectory("pipe-e2e-").FullName);
    private readonly List<Running> _running = [];

    protected CopyTest()
    {
        Tag = Path.GetFileName(_home);
        Directory = Path.Combine(_home, "work");
        Lab.MakePublic(System.IO.Directory.CreateDirectory(Directory).FullName);
        SshConfig = Path.Combine(_home, "ssh_config");
        File.WriteAllText(SshConfig, Lab.Shared.SshConfig(Tag));
    }

    /// <summary>Marks the processes of this test, in their environment.</summary>
    protected string Tag { get; }

    /// <summary>The working directory of scripts.</summary>
    protected string Directory { get; }

    protected string SshConfig { get; }

    /// <summary>Whether the test may leave temporary files, as after a kill.</summary>
    protected bool MayLeaveTemporaryFiles { get; set; }

    public Task InitializeAsync() => Task.CompletedTask;

    public async Task DisposeAsync()
    {
        try
        {
            await AssertNothingLeft();
        }
        finally
        {
            foreach (var process in Processes.Tagged(Tag))
            {
                Processes.Signal(process.Id, "KILL");
            }

            _running.ForEach(one => one.Dispose());
            Repository.Checkout.Run("rm", "-rf", _home);
        }
    }

    protected string PathOf(string name) => Path.Combine(Directory, name);

    /// <summary>Runs a script with bash to completion, with empty input.</summary>
    private protected async Task<Result> Run(string script, Far far = Far.Local, int seconds = CaseAttribute.LimitSeconds)
    {
        var running = Start(script, far);
        running.CloseInput();
        return await running.End(seconds);
    }

    /// <summary>Runs a script in a private mount namespace, which ends with it.</summary>
    private protected Task<Result> RunWithMounts(string script, Far far = Far.Local)
    {
        File.WriteAllText(PathOf("script"), script);
        return Run("exec 9< script; rm script; unshare -m bash /dev/fd/9", far);
    }

    private protected Running Start(string script, Far far = Far.Local)
    {
        var running = new Running(script, Directory, Environment(far));
        _running.Add(running);
        return running;
    }

    /// <summary>Waits for a process of this test that matches.</summary>
    private protected async Task<ProcessInfo> Find(Func<ProcessInfo, bool> fits, string what, int seconds = 120)
    {
        var watch = Stopwatch.StartNew();
        while (watch.Elapsed.TotalSeconds < seconds)
        {
            if (Processes.Tagged(Tag).FirstOrDefault(fits) is { } found)
            {
                return found;
            }

            await Task.Delay(10);
        }

        Assert.Fail($"no such process within {seconds} s: {what}");
        throw new UnreachableException();
    }

    private protected static bool IsServer(ProcessInfo process) => process.Words.Contains("-server") && process.Words[0].EndsWith("dmscp", StringComparison.Ordinal) is var named && (named || process.Words.Contains("dmscp"));

    private protected static bool IsClient(ProcessInfo process) => process.Words[0].EndsWith("dmscp", StringComparison.Ordinal) && !process.Words.Contains("-server");

    private protected static bool HasOpen(ProcessInfo process, string path)
    {
        try
        {
            return new DirectoryInfo($"/proc/{process.Id}/fd").EnumerateFileSystemInfos().Any(fd => fd.LinkTarget == path);
        }
        catch (IOException)
        {
            return false;
        }
    }

    private Dictionary<string, string> Environment(Far far) => new()
    {
        ["PATH"] = $"{Lab.Shared.Programs}:{System.Environment.GetEnvironmentVariable("PATH")}",
        ["PIPE_TEST"] = Tag,
        ["FAR"] = far == Far.Local ? "-e local" : $"-s HOST -ssh-config {SshConfig}",
        ["SSH_CONFIG"] = SshConfig,
        ["LC_ALL"] = "C",
    };

    private async Task AssertNothingLeft()
    {
        var watch = Stopwatch.StartNew();
        List<ProcessInfo> left;
        while ((left = Processes.Tagged(Tag)).Count > 0 && watch.Elapsed.TotalSeconds < LeftoverSeconds)
        {
            await Task.Delay(20);
        }

        Assert.True(left.Count == 0, $"processes still running after {LeftoverSeconds} s: {string.Join("; ", left)}");
        if (!MayLeaveTemporaryFiles)
        {
            var temporary = System.IO.Directory.EnumerateFiles(Directory, ".*.pipe-*", SearchOption.AllDirectories);
            Assert.Empty(temporary);
        }
    }
}
