using Pipe.Engine;
using Pipe.Linux;

namespace Pipe.Ssh;

/// <summary>Reads whole files of limited size.</summary>
internal static class WholeFile
{
    /// <summary>Null if there is no such file.</summary>
    /// <param name="path">The file.</param>
    /// <param name="maxSize">Maximum size in bytes.</param>
    /// <param name="check">Throws if the file must not be used.</param>
    /// <exception cref="Failure">The file cannot be read, or is too large.</exception>
    public static byte[]? Read(string path, int maxSize, Action<FileStatus>? check = null)
    {
        using var file = Fd.TryOpen(path, OpenFlags.ReadOnly | OpenFlags.NonBlocking);
        if (file is null)
        {
            return FileStatus.Of(path) is null ? null : throw SshFailure.Of($"{path}: cannot be read");
        }

        var status = FileStatus.Of(file);
        check?.Invoke(status);
        var bytes = status.Size <= maxSize ? new byte[status.Size] : throw SshFailure.Of($"{path}: larger than {maxSize} bytes");
        return bytes[..file.ReadAt(bytes, 0)];
    }
}
