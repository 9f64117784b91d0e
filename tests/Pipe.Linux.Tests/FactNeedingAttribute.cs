using System.Net;
using System.Net.Sockets;

namespace Pipe.Linux.Tests;

public enum Need
{
    Compiler,
    Ipv6,
    Holes,
    NamelessFiles,
    Attributes,
    Root,
    OtherUser,
}

/// <summary>A test that is skipped, with a reason, on a machine that lacks its requirements.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class FactNeedingAttribute : FactAttribute
{
    public FactNeedingAttribute(Need need)
    {
        Need = need;
        Skip = need switch
        {
            Need.Compiler => File.Exists("/usr/bin/gcc") ? null : "there is no gcc",
            Need.Ipv6 => HasIpv6() ? null : "there is no IPv6 loopback address",
            Need.Holes => HasHoles() ? null : "the file system of the temporary directory has no holes",
            Need.NamelessFiles => HasNamelessFiles() ? null : "the file system of the temporary directory has no nameless files",
            Need.Attributes => HasAttributes() ? null : "the file system of the temporary directory has no extended attributes",
            Need.Root => Environment.IsPrivilegedProcess ? null : "this is not root",
            Need.OtherUser => Shell.Run("test $(id -u) = 0 && command -v setpriv && test -x /usr/bin/python3").Status == 0 ? null : "only root, with setpriv and python3, can be another user",
            _ => throw new ArgumentOutOfRangeException(nameof(need)),
        };
    }

    public Need Need { get; }

    private static bool HasIpv6()
    {
        try
        {
            using var socket = new Socket(AddressFamily.InterNetworkV6, SocketType.Stream, ProtocolType.Tcp);
            socket.Bind(new IPEndPoint(IPAddress.IPv6Loopback, 0));
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }

    private static bool HasHoles()
    {
        using var scratch = new Scratch();
        File.WriteAllBytes(scratch["probe"], []);
        using (var file = File.OpenWrite(scratch["probe"]))
        {
            file.SetLength(1 << 20);
        }

        // By another program: the code under test must not decide whether it is tested.
        return Shell.Run($"test $(stat -c %b '{scratch["probe"]}') -eq 0").Status == 0;
    }

    private static bool HasAttributes()
    {
        using var scratch = new Scratch();
        using var fd = scratch.Create("probe");
        try
        {
            fd.SetAttributes([6, 0, 0, 0, .. "user.a"u8]);
            return true;
        }
        catch (LinuxException e) when (e.Errno == Errno.NotSupported)
        {
            return false;
        }
    }

    private static bool HasNamelessFiles()
    {
        using var scratch = new Scratch();
        try
        {
            Fd.Open(scratch.Directory, OpenFlags.Nameless | OpenFlags.ReadWrite, 0x180).Dispose();
            return true;
        }
        catch (LinuxException e) when (e.Errno is Errno.NotSupported or Errno.IsDirectory)
        {
            return false;
        }
    }
}
