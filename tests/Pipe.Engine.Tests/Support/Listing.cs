using System.Diagnostics;
using System.Security.Cryptography;
using Pipe.Linux;

namespace Pipe.Engine.Tests;

/// <summary>What is in a directory, as one text, to be compared with another.</summary>
internal static class Listing
{
    /// <summary>Type, permission bits, content and target of every member.</summary>
    public static string Of(string directory, bool withTimes = false)
    {
        var lines = new List<string>();
        using var top = Folder.Open(directory);
        Add(lines, top, "", withTimes);
        lines.Sort(StringComparer.Ordinal);
        return string.Join('\n', lines);
    }

    /// <summary>Paths of all members; no link is followed.</summary>
    public static string[] Names(string directory)
    {
        var names = new List<string>();
        using var top = Folder.Open(directory);
        AddNames(names, top, "");
        return [.. names.Order(StringComparer.Ordinal)];
    }

    /// <summary>Runs sh -c in a directory; it must succeed.</summary>
    public static void Shell(string directory, string script)
    {
        using var process = Process.Start(new ProcessStartInfo("/bin/sh", ["-ec", script]) { WorkingDirectory = directory, RedirectStandardError = true })!;
        var said = process.StandardError.ReadToEnd();
        process.WaitForExit();
        Assert.True(process.ExitCode == 0, said);
    }

    private static void AddNames(List<string> names, Folder folder, string path)
    {
        using var reader = new FolderReader(folder);
        while (reader.TryNext(out var name, out var type))
        {
            names.Add(path + name);
            if (type == MemberType.Directory)
            {
                using var inside = folder.Beneath(name);
                AddNames(names, inside, path + name + "/");
            }
        }
    }

    private static void Add(List<string> lines, Folder folder, string path, bool withTimes)
    {
        using var reader = new FolderReader(folder);
        while (reader.TryNext(out var name, out _))
        {
            var status = folder.Status(name, follow: false)!.Value;
            var member = path + name;
            var time = withTimes ? $" {status.ModifiedSeconds}.{status.ModifiedNanoseconds}" : "";
            lines.Add($"{member} {Convert.ToString(status.Mode, 8)}{time} {Content(folder, name, status)}");
            if (status.IsDirectory)
            {
                using var inside = folder.Beneath(name);
                Add(lines, inside, member + "/", withTimes);
            }
        }
    }

    private static string Content(Folder folder, string name, in FileStatus status)
    {
        if (status.IsLink)
        {
            return folder.ReadLink(name);
        }

        if (!status.IsRegular)
        {
            return status.IsDirectory ? "" : $"{status.Number:x}";
        }

        using var fd = folder.OpenMember(name, OpenFlags.ReadOnly);
        var bytes = new byte[status.Size];
        return $"{fd.ReadAt(bytes, 0)} {Convert.ToHexString(SHA256.HashData(bytes))}";
    }
}
