using System.Runtime.InteropServices;
using Pipe.Protocol;

namespace Pipe.Linux;

/// <summary>The type of a member as its directory entry states it.</summary>
internal enum MemberType : byte
{
    Unknown = 0,
    Fifo = 1,
    CharacterDevice = 2,
    Directory = 4,
    BlockDevice = 6,
    Regular = 8,
    SymbolicLink = 10,
    Socket = 12,
}

/// <summary>Lists the names in a folder, without "." and "..". Single-threaded.</summary>
internal sealed class FolderReader : IDisposable
{
    private readonly string _name;
    private nint _stream;

    /// <param name="folder">Stays open; the caller may close it at any time.</param>
    public FolderReader(Folder folder)
    {
        _name = folder.Name;
        using var copy = folder.OpenMember(".", OpenFlags.ReadOnly | OpenFlags.Directory);
        _stream = Sys.OpenStream(copy.Number);
        if (_stream == 0)
        {
            LinuxException.Throw("fdopendir", _name);
        }

        copy.Release();
    }

    /// <summary>The names in a folder, read one after the other.</summary>
    public static IEnumerable<string> Names(Folder folder)
    {
        using var reader = new FolderReader(folder);
        while (reader.TryNext(out var name, out _))
        {
            yield return name;
        }
    }

    /// <summary>False at the end.</summary>
    public unsafe bool TryNext(out string name, out MemberType type)
    {
        while (true)
        {
            var record = Sys.ReadStream(_stream);
            if (record is null)
            {
                (name, type) = ("", MemberType.Unknown);
                return Marshal.GetLastPInvokeError() == 0 ? false : throw LinuxException.Last("readdir", _name);
            }

            var bytes = MemoryMarshal.CreateReadOnlySpanFromNullTerminated(&record->Name);
            if (!bytes.SequenceEqual("."u8) && !bytes.SequenceEqual(".."u8))
            {
                (name, type) = (RawText.Decode(bytes), (MemberType)record->Type);
                return true;
            }
        }
    }

    public void Dispose()
    {
        var stream = Interlocked.Exchange(ref _stream, 0);
        if (stream != 0)
        {
            _ = Sys.CloseStream(stream);
        }
    }
}
