using Microsoft.Win32.SafeHandles;
using Pipe.Linux;

namespace Pipe.Archives;

/// <summary>Opens files with arbitrary byte names as streams.</summary>
internal static class ByteStream
{
    /// <summary>Opens a file for reading; the stream owns it.</summary>
    public static FileStream OfFile(string path) => Over(StoredFile.Open(path), FileAccess.Read);

    /// <summary>Wraps an open file, without a buffer; the stream owns it.</summary>
    public static FileStream Over(Fd fd, FileAccess access)
    {
        var stream = new FileStream(new SafeFileHandle(fd.Number, ownsHandle: true), access, bufferSize: 0);
        fd.Release();
        return stream;
    }
}
