using System.Diagnostics;
using System.Globalization;
using System.Reflection;
using System.Runtime.InteropServices;

using static Pipe.Linux.Tests.HeaderNames;

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
        #include <linux/magic.h>
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
        #include <sys/resource.h>
        #include <sys/socket.h>
        #include <sys/stat.h>
        #include <sys/statvfs.h>
        #include <sys/vfs.h>
        #include <sys/syscall.h>
        #include <sys/uio.h>
        #include <sys/un.h>
        #include <sys/wait.h>
        #include <unistd.h>
        """;

    private static readonly Type[] Types =
        [typeof(Sys), typeof(OpenFlags), typeof(Errno), typeof(PollFd), typeof(StatxBuffer), typeof(StatVfsBuffer), typeof(FileSpace), typeof(FileStatus), typeof(Child), typeof(OwnProcess)];

    private static readonly Type[] Structures =
        [typeof(StatxBuffer), typeof(StatVfsBuffer), typeof(StatFsBuffer), typeof(PollFd), typeof(TimeSpec), typeof(DirectoryRecord), typeof(GlobBuffer), typeof(OpenHow), typeof(WindowSize),
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
        string[] structures = ["struct statx", "struct statvfs", "struct statfs", "struct pollfd", "struct timespec", "glob_t", "struct open_how", "struct winsize",
             "struct iovec", "struct msghdr", "struct mmsghdr", "struct cmsghdr", "struct ucred"];
        var said = Ask(structures.Select(s => $"(int)sizeof({s})"));
        Assert.Equal([sizeof(StatxBuffer), sizeof(StatVfsBuffer), sizeof(StatFsBuffer), sizeof(PollFd), sizeof(TimeSpec), sizeof(GlobBuffer), sizeof(OpenHow), sizeof(WindowSize), sizeof(IoVector), sizeof(MessageHeader), sizeof(BatchedMessage), sizeof(ControlHeader), sizeof(PeerCredentials)], structures.Select(s => (int)said[$"(int)sizeof({s})"]));
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
