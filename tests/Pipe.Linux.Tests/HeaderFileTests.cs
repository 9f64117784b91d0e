using System.Diagnostics;
using System.Globalization;
using System.Reflection;
using System.Runtime.InteropServices;

namespace Pipe.Linux.Tests;

/// <summary>Every number that was copied from a header file is compared with what a C compiler makes of that header.</summary>
public sealed class HeaderFileTests
{
    private const string Headers = """
        #define _GNU_SOURCE
        #include <dirent.h>
        #include <errno.h>
        #include <fcntl.h>
        #include <glob.h>
        #include <linux/fs.h>
        #include <linux/openat2.h>
        #include <netinet/in.h>
        #include <netinet/tcp.h>
        #include <netinet/udp.h>
        #include <poll.h>
        #include <signal.h>
        #include <spawn.h>
        #include <stddef.h>
        #include <stdio.h>
        #include <sys/eventfd.h>
        #include <sys/file.h>
        #include <sys/ioctl.h>
        #include <sys/mman.h>
        #include <sys/prctl.h>
        #include <sys/socket.h>
        #include <sys/stat.h>
        #include <sys/statvfs.h>
        #include <sys/syscall.h>
        #include <sys/uio.h>
        #include <sys/un.h>
        #include <sys/wait.h>
        #include <unistd.h>
        """;

    private static readonly Dictionary<string, string> Constants = new()
    {
        ["Sys.AtFdCwd"] = "AT_FDCWD",
        ["Sys.AtSymlinkFollow"] = "AT_SYMLINK_FOLLOW",
        ["Sys.AtSymlinkNoFollow"] = "AT_SYMLINK_NOFOLLOW",
        ["Sys.AtEmptyPath"] = "AT_EMPTY_PATH",
        ["Sys.AtRemoveDirectory"] = "AT_REMOVEDIR",
        ["Sys.RenameNoReplace"] = "RENAME_NOREPLACE",
        ["Sys.ResolveBeneath"] = "RESOLVE_BENEATH",
        ["Sys.ResolveNoMagicLinks"] = "RESOLVE_NO_MAGICLINKS",
        ["Sys.ResolveNoSymlinks"] = "RESOLVE_NO_SYMLINKS",
        ["Sys.TimeOmit"] = "UTIME_OMIT",
        ["Sys.LockShared"] = "LOCK_SH",
        ["Sys.LockNone"] = "LOCK_UN",
        ["Sys.LockExclusive"] = "LOCK_EX",
        ["Sys.LockNonBlocking"] = "LOCK_NB",
        ["Sys.GlobTildeCheck"] = "GLOB_TILDE_CHECK",
        ["Sys.FcntlDuplicateCloseOnExec"] = "F_DUPFD_CLOEXEC",
        ["Sys.FcntlGetDescriptorFlags"] = "F_GETFD",
        ["Sys.FcntlGetFlags"] = "F_GETFL",
        ["Sys.FcntlSetFlags"] = "F_SETFL",
        ["Sys.FcntlSetPipeSize"] = "F_SETPIPE_SZ",
        ["Sys.FcntlGetPipeSize"] = "F_GETPIPE_SZ",
        ["Sys.MemoryFileCloseOnExec"] = "MFD_CLOEXEC",
        ["Sys.FallocateKeepSize"] = "FALLOC_FL_KEEP_SIZE",
        ["Sys.FallocatePunchHole"] = "FALLOC_FL_PUNCH_HOLE",
        ["Sys.FallocateZeroRange"] = "FALLOC_FL_ZERO_RANGE",
        ["Sys.IoctlBytesWaiting"] = "FIONREAD",
        ["Sys.IoctlWindowSize"] = "TIOCGWINSZ",
        ["Sys.IoctlDeviceSize"] = "BLKGETSIZE64",
        ["Sys.SpawnSetSession"] = "POSIX_SPAWN_SETSID",
        ["Sys.Unix"] = "AF_UNIX",
        ["Sys.SockSequencedPacket"] = "SOCK_SEQPACKET",
        ["Sys.OptionPeerCredentials"] = "SO_PEERCRED",
        ["Sys.ControlRights"] = "SCM_RIGHTS",
        ["Sys.MessageCloseOnExec"] = "MSG_CMSG_CLOEXEC",
        ["Sys.SpawnSetProcessGroup"] = "POSIX_SPAWN_SETPGROUP",
        ["Sys.SpawnSetSignalDefaults"] = "POSIX_SPAWN_SETSIGDEF",
        ["Sys.SpawnSetSignalMask"] = "POSIX_SPAWN_SETSIGMASK",
        ["Sys.WaitByPid"] = "P_PID",
        ["Sys.WaitExited"] = "WEXITED",
        ["Sys.WaitNoReap"] = "WNOWAIT",
        ["Sys.Inet"] = "AF_INET",
        ["Sys.Inet6"] = "AF_INET6",
        ["Sys.SockStream"] = "SOCK_STREAM",
        ["Sys.SockDatagram"] = "SOCK_DGRAM",
        ["Sys.SockNonBlocking"] = "SOCK_NONBLOCK",
        ["Sys.SockCloseOnExec"] = "SOCK_CLOEXEC",
        ["Sys.MessageNoSignal"] = "MSG_NOSIGNAL",
        ["Sys.MessageDontWait"] = "MSG_DONTWAIT",
        ["Sys.MessageWaitAll"] = "MSG_WAITALL",
        ["Sys.LevelSocket"] = "SOL_SOCKET",
        ["Sys.LevelTcp"] = "IPPROTO_TCP",
        ["Sys.LevelIpv6"] = "IPPROTO_IPV6",
        ["Sys.OptionReuseAddress"] = "SO_REUSEADDR",
        ["Sys.OptionError"] = "SO_ERROR",
        ["Sys.OptionSendBuffer"] = "SO_SNDBUF",
        ["Sys.OptionReceiveBuffer"] = "SO_RCVBUF",
        ["Sys.OptionKeepAlive"] = "SO_KEEPALIVE",
        ["Sys.OptionTcpNoDelay"] = "TCP_NODELAY",
        ["Sys.OptionTcpKeepIdle"] = "TCP_KEEPIDLE",
        ["Sys.OptionTcpKeepInterval"] = "TCP_KEEPINTVL",
        ["Sys.OptionTcpKeepCount"] = "TCP_KEEPCNT",
        ["Sys.OptionTcpInfo"] = "TCP_INFO",
        ["Sys.OptionTcpCongestion"] = "TCP_CONGESTION",
        ["Sys.OptionTcpUserTimeout"] = "TCP_USER_TIMEOUT",
        ["Sys.OptionIpv6Only"] = "IPV6_V6ONLY",
        ["Sys.LevelIp"] = "IPPROTO_IP",
        ["Sys.LevelUdp"] = "IPPROTO_UDP",
        ["Sys.OptionReceiveQueueOverflow"] = "SO_RXQ_OVFL",
        ["Sys.OptionSendBufferForce"] = "SO_SNDBUFFORCE",
        ["Sys.OptionReceiveBufferForce"] = "SO_RCVBUFFORCE",
        ["Sys.OptionPacketInfo"] = "IP_PKTINFO",
        ["Sys.OptionMtuDiscover"] = "IP_MTU_DISCOVER",
        ["Sys.OptionMtu"] = "IP_MTU",
        ["Sys.Option6MtuDiscover"] = "IPV6_MTU_DISCOVER",
        ["Sys.Option6Mtu"] = "IPV6_MTU",
        ["Sys.Option6ReceivePacketInfo"] = "IPV6_RECVPKTINFO",
        ["Sys.Option6PacketInfo"] = "IPV6_PKTINFO",
        ["Sys.Option6DontFragment"] = "IPV6_DONTFRAG",
        ["Sys.OptionUdpSegment"] = "UDP_SEGMENT",
        ["Sys.OptionUdpGro"] = "UDP_GRO",
        ["Sys.MtuDiscoverProbe"] = "IP_PMTUDISC_PROBE",
        ["Sys.MessageTruncated"] = "MSG_TRUNC",
        ["Sys.MessageControlTruncated"] = "MSG_CTRUNC",
        ["Sys.ControlSetTimerSlack"] = "PR_SET_TIMERSLACK",
        ["OpenFlags.ReadOnly"] = "O_RDONLY",
        ["OpenFlags.WriteOnly"] = "O_WRONLY",
        ["OpenFlags.ReadWrite"] = "O_RDWR",
        ["OpenFlags.Create"] = "O_CREAT",
        ["OpenFlags.Exclusive"] = "O_EXCL",
        ["OpenFlags.NoTerminal"] = "O_NOCTTY",
        ["OpenFlags.Truncate"] = "O_TRUNC",
        ["OpenFlags.Append"] = "O_APPEND",
        ["OpenFlags.NonBlocking"] = "O_NONBLOCK",
        ["OpenFlags.CloseOnExec"] = "O_CLOEXEC",
        ["OpenFlags.PathOnly"] = "O_PATH",
        ["OpenFlags.NoFollow"] = "O_NOFOLLOW",
        ["OpenFlags.Nameless"] = "O_TMPFILE",
        ["OpenFlags.Directory"] = "O_DIRECTORY",
        ["Errno.NotPermitted"] = "EPERM",
        ["Errno.NoEntry"] = "ENOENT",
        ["Errno.Io"] = "EIO",
        ["Errno.TooBig"] = "E2BIG",
        ["Errno.NoMemory"] = "ENOMEM",
        ["Errno.TooManyOpen"] = "EMFILE",
        ["Errno.TooManyOpenOfAll"] = "ENFILE",
        ["Errno.NotDirectory"] = "ENOTDIR",
        ["Errno.NotImplemented"] = "ENOSYS",
        ["Errno.TooManyLinks"] = "ELOOP",
        ["Errno.NoReader"] = "ENXIO",
        ["Errno.Interrupted"] = "EINTR",
        ["Errno.NoDataOrHole"] = "ENXIO",
        ["Errno.BadFd"] = "EBADF",
        ["Errno.Again"] = "EAGAIN",
        ["Errno.AccessDenied"] = "EACCES",
        ["Errno.Exists"] = "EEXIST",
        ["Errno.CrossDevice"] = "EXDEV",
        ["Errno.IsDirectory"] = "EISDIR",
        ["Errno.NoDevice"] = "ENODEV",
        ["Errno.NameTooLong"] = "ENAMETOOLONG",
        ["Errno.NoLocks"] = "ENOLCK",
        ["Errno.Invalid"] = "EINVAL",
        ["Errno.NotTerminal"] = "ENOTTY",
        ["Errno.FileTooBig"] = "EFBIG",
        ["Errno.NoSpace"] = "ENOSPC",
        ["Errno.IllegalSeek"] = "ESPIPE",
        ["Errno.ReadOnly"] = "EROFS",
        ["Errno.BrokenPipe"] = "EPIPE",
        ["Errno.Busy"] = "EBUSY",
        ["Errno.MessageTooLong"] = "EMSGSIZE",
        ["Errno.NoBuffers"] = "ENOBUFS",
        ["Errno.NotSupported"] = "EOPNOTSUPP",
        ["Errno.AddressInUse"] = "EADDRINUSE",
        ["Errno.ConnectionReset"] = "ECONNRESET",
        ["Errno.TimedOut"] = "ETIMEDOUT",
        ["Errno.ConnectionRefused"] = "ECONNREFUSED",
        ["Errno.InProgress"] = "EINPROGRESS",
        ["Errno.Quota"] = "EDQUOT",
        ["PollFd.In"] = "POLLIN",
        ["PollFd.Out"] = "POLLOUT",
        ["PollFd.Error"] = "POLLERR",
        ["PollFd.HangUp"] = "POLLHUP",
        ["StatxBuffer.BasicStats"] = "STATX_BASIC_STATS",
        ["StatxBuffer.MountRoot"] = "STATX_ATTR_MOUNT_ROOT",
        ["FileSpace.SeekCurrent"] = "SEEK_CUR",
        ["FileSpace.SeekData"] = "SEEK_DATA",
        ["FileSpace.SeekHole"] = "SEEK_HOLE",
        ["FileStatus.TypeMask"] = "S_IFMT",
        ["Child.SignalTerminate"] = "SIGTERM",
        ["Child.SignalKill"] = "SIGKILL",
    };

    private static readonly Dictionary<string, string> Fields = new()
    {
        ["StatxBuffer.Attributes"] = "struct statx, stx_attributes",
        ["StatxBuffer.Links"] = "struct statx, stx_nlink",
        ["StatxBuffer.Owner"] = "struct statx, stx_uid",
        ["StatxBuffer.Group"] = "struct statx, stx_gid",
        ["StatxBuffer.Mode"] = "struct statx, stx_mode",
        ["StatxBuffer.Inode"] = "struct statx, stx_ino",
        ["StatxBuffer.Size"] = "struct statx, stx_size",
        ["StatxBuffer.Blocks"] = "struct statx, stx_blocks",
        ["StatxBuffer.AccessedSeconds"] = "struct statx, stx_atime.tv_sec",
        ["StatxBuffer.AccessedNanoseconds"] = "struct statx, stx_atime.tv_nsec",
        ["StatxBuffer.ModifiedSeconds"] = "struct statx, stx_mtime.tv_sec",
        ["StatxBuffer.ModifiedNanoseconds"] = "struct statx, stx_mtime.tv_nsec",
        ["StatxBuffer.NumberMajor"] = "struct statx, stx_rdev_major",
        ["StatxBuffer.NumberMinor"] = "struct statx, stx_rdev_minor",
        ["StatxBuffer.DeviceMajor"] = "struct statx, stx_dev_major",
        ["StatxBuffer.DeviceMinor"] = "struct statx, stx_dev_minor",
        ["StatVfsBuffer.FragmentSize"] = "struct statvfs, f_frsize",
        ["StatVfsBuffer.Blocks"] = "struct statvfs, f_blocks",
        ["StatVfsBuffer.Available"] = "struct statvfs, f_bavail",
        ["TimeSpec.Seconds"] = "struct timespec, tv_sec",
        ["TimeSpec.Nanoseconds"] = "struct timespec, tv_nsec",
        ["DirectoryRecord.Type"] = "struct dirent, d_type",
        ["DirectoryRecord.Name"] = "struct dirent, d_name",
        ["PeerCredentials.Process"] = "struct ucred, pid",
        ["PeerCredentials.User"] = "struct ucred, uid",
        ["PeerCredentials.Group"] = "struct ucred, gid",
        ["WindowSize.Rows"] = "struct winsize, ws_row",
        ["WindowSize.Columns"] = "struct winsize, ws_col",
        ["WindowSize.Width"] = "struct winsize, ws_xpixel",
        ["WindowSize.Height"] = "struct winsize, ws_ypixel",
        ["GlobBuffer.Count"] = "glob_t, gl_pathc",
        ["GlobBuffer.Paths"] = "glob_t, gl_pathv",
        ["OpenHow.Flags"] = "struct open_how, flags",
        ["OpenHow.Mode"] = "struct open_how, mode",
        ["OpenHow.Resolve"] = "struct open_how, resolve",
        ["PollFd.Fd"] = "struct pollfd, fd",
        ["PollFd.Events"] = "struct pollfd, events",
        ["PollFd.Returned"] = "struct pollfd, revents",
        ["IoVector.Base"] = "struct iovec, iov_base",
        ["IoVector.Length"] = "struct iovec, iov_len",
        ["MessageHeader.Name"] = "struct msghdr, msg_name",
        ["MessageHeader.NameLength"] = "struct msghdr, msg_namelen",
        ["MessageHeader.Vectors"] = "struct msghdr, msg_iov",
        ["MessageHeader.VectorCount"] = "struct msghdr, msg_iovlen",
        ["MessageHeader.Control"] = "struct msghdr, msg_control",
        ["MessageHeader.ControlLength"] = "struct msghdr, msg_controllen",
        ["MessageHeader.Flags"] = "struct msghdr, msg_flags",
        ["BatchedMessage.Header"] = "struct mmsghdr, msg_hdr",
        ["BatchedMessage.Length"] = "struct mmsghdr, msg_len",
        ["ControlHeader.Length"] = "struct cmsghdr, cmsg_len",
        ["ControlHeader.Level"] = "struct cmsghdr, cmsg_level",
        ["ControlHeader.Type"] = "struct cmsghdr, cmsg_type",
    };

    /// <summary>Numbers that stand inside functions, as they stand there.</summary>
    private static readonly Dictionary<string, long> Literals = new()
    {
        ["(int)offsetof(siginfo_t, si_code)"] = 8,
        ["(int)offsetof(siginfo_t, si_status)"] = 24,
        ["CLD_EXITED"] = 1,
        ["(int)sizeof(siginfo_t)"] = 128,
        ["(int)sizeof(sigset_t)"] = 128,
        ["SIGPIPE"] = 13,
        ["SHUT_RDWR"] = 2,
        ["EFD_CLOEXEC"] = 0x80000,
        ["PROT_READ | PROT_WRITE"] = 3,
        ["MAP_PRIVATE | MAP_ANONYMOUS"] = 0x22,
        ["POSIX_FADV_SEQUENTIAL"] = 2,
        ["SEEK_SET"] = 0,
        ["(int)sizeof(struct sockaddr_in)"] = 16,
        ["(int)sizeof(struct sockaddr_in6)"] = 28,
        ["(int)offsetof(struct sockaddr_in, sin_port)"] = 2,
        ["(int)offsetof(struct sockaddr_in, sin_addr)"] = 4,
        ["(int)offsetof(struct sockaddr_in6, sin6_port)"] = 2,
        ["(int)offsetof(struct sockaddr_in6, sin6_addr)"] = 8,
        ["(int)offsetof(struct sockaddr_in6, sin6_scope_id)"] = 24,
        ["SYS_openat2"] = Sys.NumberOfOpenAt2,
        ["SYS_mknodat"] = Sys.NumberOfMakeNodeAt,
        ["SYS_renameat2"] = Sys.NumberOfRenameAt2,
        ["GLOB_NOCHECK"] = 1 << 4,
        ["S_IFLNK"] = 0xA000,
        ["S_IFSOCK"] = 0xC000,
        ["DT_UNKNOWN"] = (int)MemberType.Unknown,
        ["DT_FIFO"] = (int)MemberType.Fifo,
        ["DT_CHR"] = (int)MemberType.CharacterDevice,
        ["DT_DIR"] = (int)MemberType.Directory,
        ["DT_BLK"] = (int)MemberType.BlockDevice,
        ["DT_REG"] = (int)MemberType.Regular,
        ["DT_LNK"] = (int)MemberType.SymbolicLink,
        ["DT_SOCK"] = (int)MemberType.Socket,
        ["S_IFREG"] = 0x8000,
        ["S_IFDIR"] = 0x4000,
        ["S_IFBLK"] = 0x6000,
        ["S_IFCHR"] = 0x2000,
        ["S_IFIFO"] = 0x1000,
        ["(int)sizeof(struct in_pktinfo)"] = 12,
        ["(int)offsetof(struct in_pktinfo, ipi_spec_dst)"] = 4,
        ["(int)offsetof(struct in_pktinfo, ipi_addr)"] = 8,
        ["(int)sizeof(struct in6_pktinfo)"] = 20,
        ["(int)offsetof(struct in6_pktinfo, ipi6_addr)"] = 0,
        ["(int)offsetof(struct sockaddr_un, sun_path)"] = 2,
        ["(int)sizeof(struct sockaddr_un)"] = 110,
        ["(int)sizeof(void *)"] = 8,
        ["(int)sizeof(off_t)"] = 8,
        ["(int)sizeof(nfds_t)"] = 8,
        ["(int)sizeof(pid_t)"] = 4,
        ["(int)sizeof(mode_t)"] = 4,
    };

    private static readonly Type[] Types =
        [typeof(Sys), typeof(OpenFlags), typeof(Errno), typeof(PollFd), typeof(StatxBuffer), typeof(StatVfsBuffer), typeof(FileSpace), typeof(FileStatus), typeof(Child)];

    private static readonly Type[] Structures =
        [typeof(StatxBuffer), typeof(StatVfsBuffer), typeof(PollFd), typeof(TimeSpec), typeof(DirectoryRecord), typeof(GlobBuffer), typeof(OpenHow), typeof(WindowSize),
         typeof(IoVector), typeof(MessageHeader), typeof(BatchedMessage), typeof(ControlHeader), typeof(PeerCredentials)];

    [FactNeeding(Need.Compiler)]
    public void Every_constant_is_what_the_header_says()
    {
        var said = Ask(Constants.Values);
        Assert.All(Constants, pair => Assert.Equal((pair.Key, said[pair.Value]), (pair.Key, OurConstants()[pair.Key])));
    }

    [FactNeeding(Need.Compiler)]
    public void Every_number_inside_a_function_is_what_the_header_says()
    {
        var said = Ask(Literals.Keys);
        Assert.All(Literals, pair => Assert.Equal((pair.Key, said[pair.Key]), (pair.Key, pair.Value)));
    }

    [FactNeeding(Need.Compiler)]
    public void Every_field_stands_where_the_header_puts_it()
    {
        var said = Ask(Fields.Values.Select(Offset));
        Assert.All(OurFields(), field => Assert.Equal((field.Name, said[Offset(Fields[field.Name])]), (field.Name, field.Offset)));

        static string Offset(string member) => $"(int)offsetof({member})";
    }

    [FactNeeding(Need.Compiler)]
    public unsafe void Every_structure_has_the_size_that_the_header_gives_it()
    {
        string[] structures = ["struct statx", "struct statvfs", "struct pollfd", "struct timespec", "glob_t", "struct open_how", "struct winsize",
             "struct iovec", "struct msghdr", "struct mmsghdr", "struct cmsghdr", "struct ucred"];
        var said = Ask(structures.Select(s => $"(int)sizeof({s})"));
        Assert.Equal([sizeof(StatxBuffer), sizeof(StatVfsBuffer), sizeof(PollFd), sizeof(TimeSpec), sizeof(GlobBuffer), sizeof(OpenHow), sizeof(WindowSize), sizeof(IoVector), sizeof(MessageHeader), sizeof(BatchedMessage), sizeof(ControlHeader), sizeof(PeerCredentials)], structures.Select(s => (int)said[$"(int)sizeof({s})"]));
    }

    [FactNeeding(Need.Compiler)]
    public void The_room_for_opaque_structures_is_large_enough()
    {
        const int opaqueSize = 512;
        var said = Ask(["(int)sizeof(posix_spawnattr_t)", "(int)sizeof(posix_spawn_file_actions_t)"]);
        Assert.All(said, pair => Assert.InRange(pair.Value, 1, opaqueSize));
    }

    [Fact]
    public void Every_constant_and_field_is_among_those_that_are_compared()
    {
        Assert.Equal(Constants.Keys.Order(), OurConstants().Keys.Order());
        Assert.Equal(Fields.Keys.Order(), OurFields().Select(field => field.Name).Order());
    }

    private static Dictionary<string, long> OurConstants()
    {
        const BindingFlags all = BindingFlags.Static | BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.DeclaredOnly;
        var constants =
            from type in Types
            from field in type.GetFields(all)
            where field.IsLiteral && field.FieldType != typeof(string)
            select ($"{type.Name}.{field.Name}", field.GetValue(null)!);
        var properties =
            from property in typeof(OpenFlags).GetProperties(all)
            select ($"OpenFlags.{property.Name}", property.GetValue(null)!);
        return constants.Concat(properties).ToDictionary(pair => pair.Item1, pair => Convert.ToInt64(pair.Item2, CultureInfo.InvariantCulture));
    }

    private static IEnumerable<(string Name, long Offset)> OurFields() =>
        from type in Structures
        from field in type.GetFields(BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic)
        select ($"{type.Name}.{field.Name}", (long)Marshal.OffsetOf(type, field.Name));

    /// <summary>What a C program prints for each of these expressions.</summary>
    private static Dictionary<string, long> Ask(IEnumerable<string> expressions)
    {
        using var scratch = new Scratch();
        var all = expressions.Distinct().ToList();
        File.WriteAllText(scratch["ask.c"], $"{Headers}\nint main(void)\n{{\n{string.Concat(all.Select(e => $"printf(\"%lld\\n\", (long long)({e}));\n"))}return 0;\n}}\n");
        var (status, said) = Shell.Run($"cd '{scratch.Directory}' && gcc -D_FILE_OFFSET_BITS=64 -o ask ask.c && ./ask");
        Assert.True(status == 0, said);
        return all.Zip(said.Split('\n', StringSplitOptions.RemoveEmptyEntries)).ToDictionary(pair => pair.First, pair => long.Parse(pair.Second, CultureInfo.InvariantCulture));
    }
}
