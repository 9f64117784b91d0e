using System.Diagnostics;
using EndToEnd.Tests.Repository;

namespace EndToEnd.Tests;

/// <summary>
/// Shared by all tests of a run: the programs in a directory that every user can read, and an sshd that finds them. tests/lab/sshd manages
/// both and cleans up when its input ends, at the latest when this process exits.
/// </summary>
internal sealed class Lab
{
    private static readonly Lazy<Lab> Once = new(() => new Lab());
    private readonly Process _keeper;
    private readonly Lock _keeperLock = new();
    private readonly Dictionary<string, Account> _accounts = [];
    private readonly Lazy<string> _failing;
    private readonly Lazy<string> _volatile;
    private readonly Lazy<string> _poorFileSystem;

    private Lab()
    {
        Directory = MakePublic(System.IO.Directory.CreateTempSubdirectory("pipe-lab-").FullName);
        Programs = Path.Combine(Directory, "bin");
        CopyPrograms();
        var start = new ProcessStartInfo("bash", [Checkout.PathOf("tests/lab/sshd"), Directory, Programs])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
        };
        _keeper = Process.Start(start)!;
        var first = _keeper.StandardOutput.ReadLine() ?? "none tests/lab/sshd failed";
        if (first.StartsWith("none ", StringComparison.Ordinal))
        {
            WhyNoSshd = first["none ".Length..];
        }
        else
        {
            Port = int.Parse(first["port ".Length..]);
            BarePort = int.Parse(_keeper.StandardOutput.ReadLine()!["bare ".Length..]);
        }

        _failing = new Lazy<string>(() => CompileLibrary("failing"));
        _volatile = new Lazy<string>(() => CompileLibrary("volatile"));
        _poorFileSystem = new Lazy<string>(CompilePoorFileSystem);
        AppDomain.CurrentDomain.ProcessExit += (_, _) => TakeDown();
    }

    public static Lab Shared => Once.Value;

    public string Directory { get; }

    /// <summary>The directory of the programs.</summary>
    public string Programs { get; }

    public string? WhyNoSshd { get; }

    /// <summary>The port of an sshd whose logins find dmscp.</summary>
    public int Port { get; }

    /// <summary>The port of an sshd whose logins do not find dmscp.</summary>
    public int BarePort { get; }

    /// <summary>The library built from tests/lab/failing.c.</summary>
    public string Failing => _failing.Value;

    /// <summary>The library built from tests/lab/volatile.c.</summary>
    public string Volatile => _volatile.Value;

    /// <summary>The program built from tests/lab/poorfs.c.</summary>
    public string PoorFileSystem => _poorFileSystem.Value;

    /// <summary>An ssh configuration with HOST, OTHER at another address, bare without dmscp, and hosts that fail to log in.</summary>
    /// <param name="tag">Marks the processes of the remote session.</param>
    public string SshConfig(string tag) => $"""
        Host HOST bare wrongkey nobody closed
          HostName 127.0.0.1
        Host OTHER
          HostName 127.0.0.2
        Host bare
          Port {BarePort}
        Host closed
          Port 1
        Host nobody
          IdentityFile /nonexistent
          PreferredAuthentications password
        Host wrongkey
          UserKnownHostsFile {Directory}/wrong_known_hosts
        Host *
          Port {Port}
          User {Environment.UserName}
          IdentityFile {Directory}/id
          IdentitiesOnly yes
          IdentityAgent none
          BatchMode yes
          UserKnownHostsFile {Directory}/known_hosts
          GlobalKnownHostsFile /dev/null
          StrictHostKeyChecking yes
          SetEnv PIPE_TEST={tag}

        """;

    /// <summary>A local account with the given login shell, created for this run. Requires root.</summary>
    /// <param name="shell">The name of the shell.</param>
    /// <param name="purpose">Distinguishes accounts with the same shell.</param>
    public Account Account(string shell, string purpose = "")
    {
        lock (_keeperLock)
        {
            if (_accounts.TryGetValue(shell + purpose, out var known))
            {
                return known;
            }

            var name = $"pipe-{Environment.ProcessId}-{shell}{purpose}";
            _keeper.StandardInput.WriteLine($"user {name} {PathOf(shell)}");
            _keeper.StandardInput.Flush();
            var answer = _keeper.StandardOutput.ReadLine() ?? "";
            Assert.StartsWith("home ", answer, StringComparison.Ordinal);
            return _accounts[shell + purpose] = new Account(name, answer["home ".Length..]);
        }
    }

    /// <summary>Makes a directory readable for all users.</summary>
    public static string MakePublic(string directory)
    {
        File.SetUnixFileMode(
            directory,
            UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute | UnixFileMode.GroupRead | UnixFileMode.GroupExecute | UnixFileMode.OtherRead | UnixFileMode.OtherExecute);
        return directory;
    }

    private static string PathOf(string program) =>
        Checkout.Run("sh", "-c", $"command -v {program}").Output.Trim();

    /// <summary>Copies the shipped programs ($PIPE_BIN), or else the last build.</summary>
    private void CopyPrograms()
    {
        var from = Environment.GetEnvironmentVariable("PIPE_BIN") ?? Built();
        Checkout.Run("cp", "-R", "--preserve=mode,links", from, Programs);
        foreach (var name in (string[])["dmscp", "dccli", "dolly", "yarchive", "yscp", "ytar"])
        {
            if (!File.Exists(Path.Combine(Programs, name)))
            {
                File.CreateSymbolicLink(Path.Combine(Programs, name), "pipe");
            }
        }
    }

    /// <summary>The build in the configuration of these tests.</summary>
    private static string Built() =>
        Path.Combine(Checkout.Root, "artifacts", "bin", "Pipe", new DirectoryInfo(AppContext.BaseDirectory).Name);

    /// <summary>Compiles a library for LD_PRELOAD from tests/lab.</summary>
    private string CompileLibrary(string name)
    {
        var library = Path.Combine(Directory, $"{name}.so");
        string[] words = ["-shared", "-fPIC", "-O1", "-Wall", "-Werror", "-o", library];
        var ran = Checkout.Run("gcc", [.. words, Checkout.PathOf($"tests/lab/{name}.c"), "-ldl", "-lpthread"]);
        Assert.True(ran.Status == 0, ran.All);
        return library;
    }

    private string CompilePoorFileSystem()
    {
        var program = Path.Combine(Directory, "poorfs");
        string[] words = ["-O1", "-Wall", "-Wextra", "-Werror", "-D_FILE_OFFSET_BITS=64", "-I/usr/include/fuse3", "-o", program];
        var ran = Checkout.Run("gcc", [.. words, Checkout.PathOf("tests/lab/poorfs.c"), "-lfuse3", "-lpthread"]);
        Assert.True(ran.Status == 0, ran.All);
        return program;
    }

    private void TakeDown()
    {
        _keeper.StandardInput.Close();
        _keeper.WaitForExit(TimeSpan.FromSeconds(10));
    }
}

/// <summary>A local user account that exists while the tests run.</summary>
internal sealed record Account(string Name, string Home);
