using EndToEnd.Tests.Repository;

namespace EndToEnd.Tests;

/// <summary>Requirements of tests on the machine; any other word is the name of a program.</summary>
internal static class Needs
{
    public const string Root = "root";
    public const string Sshd = "sshd";

    /// <summary>Private mounts; in a container even root may lack them.</summary>
    public const string Mount = "mount";

    /// <summary>Loop devices.</summary>
    public const string Loop = "loop";

    /// <summary>An xfs with project quotas.</summary>
    public const string ProjectQuota = "project quota";

    /// <summary>An ext4 with user quotas.</summary>
    public const string UserQuota = "user quota";

    /// <summary>A FUSE file system of our own.</summary>
    public const string Fuse = "fuse";

    /// <summary>Network namespaces, linked by tunnel devices.</summary>
    public const string Tunnel = "tunnel";

    /// <summary>A bridge with namespaces and sshds of its own.</summary>
    public const string Cluster = "cluster";

    /// <summary>The daemons and clients of Slurm, as root.</summary>
    public const string Slurm = "slurm";

    /// <summary>A run of tests/run whole: the test takes minutes.</summary>
    public const string Whole = "whole";

    /// <summary>A kernel for a guest, from tests/lab/guestkernel.</summary>
    public const string GuestKernel = "guest kernel";

    /// <summary>Where tests/run puts that kernel.</summary>
    public const string GuestKernelFolder = "artifacts/guest-kernel";

    private static readonly Lazy<string?> WhyNoSlurm = new(() => WhyNo("slurm", "1"));

    private static readonly Lazy<string?> WhyNoCluster = new(() => WhyNo("cluster", "1"));

    private static readonly Lazy<bool> CanTunnel = new(() =>
        Environment.IsPrivilegedProcess && Checkout.Run("unshare", "-n", "sh", "-c", "ip tuntap add dev t0 mode tun").Status == 0);

    private static readonly Lazy<bool> CanMount = new(() =>
        Environment.IsPrivilegedProcess && Checkout.Run("unshare", "-m", "sh", "-c", "mount -t tmpfs none /mnt").Status == 0);

    private static readonly Lazy<bool> CanLoop = new(() =>
        Environment.IsPrivilegedProcess && Checkout.Run("losetup", "-f").Status == 0);

    private static readonly Lazy<bool> CanProject = new(() => CanFill("project"));

    private static readonly Lazy<bool> CanUser = new(() => CanFill("user"));

    private static bool CanFuse =>
        CanMount.Value && File.Exists("/dev/fuse") && File.Exists("/usr/include/fuse3/fuse.h") && FactNeedingAttribute.IsInstalled("gcc");

    /// <summary>Why a test with these requirements cannot run here; null if it can.</summary>
    public static string? Missing(string[] needs) => needs.Select(Missing).FirstOrDefault(reason => reason is not null);

    /// <summary>Whether tests/lab/fulldisk can create a disk of that kind; with 0 cycles it does nothing else.</summary>
    private static bool CanFill(string kind) => CanLoop.Value && Checkout.Run(
        "sh", "-c", $"cd \"$(mktemp -d)\" && unshare -m bash '{Checkout.PathOf("tests/lab/fulldisk")}' {kind} 0; status=$?; rm -rf \"$PWD\"; exit $status").Status == 0;

    /// <summary>The reason that a script of tests/lab gives for not running; null if it runs.</summary>
    private static string? WhyNo(string script, string argument)
    {
        var ran = Checkout.Run(Checkout.PathOf($"tests/lab/{script}"), argument, "true");
        return ran.Status == 0 ? null : ran.All.Trim().Split('\n')[^1];
    }

    /// <summary>Whether the tests that take minutes run too.</summary>
    public static bool IsWhole => Environment.GetEnvironmentVariable("PIPE_TESTS") == "whole";

    private static string? Missing(string need) => need switch
    {
        Whole => IsWhole ? null : "takes minutes; tests/run whole runs it",
        Slurm => WhyNoSlurm.Value,
        Cluster => WhyNoCluster.Value,
        Root => Environment.IsPrivilegedProcess ? null : "requires root",
        Sshd => Lab.Shared.WhyNoSshd,
        Mount => CanMount.Value ? null : "mounting is not permitted",
        Tunnel => CanTunnel.Value ? null : "no network namespaces with tunnel devices",
        ProjectQuota => CanProject.Value ? null : "cannot create an xfs with project quotas",
        UserQuota => CanUser.Value ? null : "cannot create an ext4 with user quotas",
        Fuse => CanFuse ? null : "cannot build a FUSE file system (libfuse3-dev)",
        GuestKernel => File.Exists(Checkout.PathOf($"{GuestKernelFolder}/vmlinuz")) ? null : $"no kernel for a guest (tests/lab/guestkernel {GuestKernelFolder})",
        Loop => CanLoop.Value ? null : "no loop devices",
        _ => FactNeedingAttribute.IsInstalled(need) ? null : $"{need} is not installed",
    };
}

/// <summary>A test with a limit that is skipped unless its requirements are met.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class CaseAttribute : FactAttribute
{
    /// <summary>What only a hang reaches: a script's limit, in seconds; the test's is a little longer.</summary>
    internal const int LimitSeconds = 240;

    internal const int LimitMilliseconds = (LimitSeconds + 20) * 1000;

    public CaseAttribute(params string[] needs)
    {
        Needed = needs;
        Timeout = LimitMilliseconds;
        Skip = Needs.Missing(needs);
    }

    public IReadOnlyList<string> Needed { get; }
}

/// <summary>The same for a theory.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class CasesAttribute : TheoryAttribute
{
    public CasesAttribute(params string[] needs)
    {
        Needed = needs;
        Timeout = CaseAttribute.LimitMilliseconds;
        Skip = Needs.Missing(needs);
    }

    public IReadOnlyList<string> Needed { get; }
}

/// <summary>Runs a theory over <see cref="Far"/> twice: with the remote end as a child process, and through a real sshd.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class BothWaysAttribute : Xunit.Sdk.DataAttribute
{
    public override IEnumerable<object[]> GetData(System.Reflection.MethodInfo testMethod)
    {
        yield return [Far.Local];
        if (Lab.Shared.WhyNoSshd is null)
        {
            yield return [Far.Ssh];
        }
    }
}

/// <summary>How a test reaches the remote end.</summary>
public enum Far
{
    /// <summary>-e local</summary>
    Local,

    /// <summary>-s HOST, through the lab's sshd.</summary>
    Ssh,
}
