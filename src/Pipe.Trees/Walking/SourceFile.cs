using Pipe.Linux;

namespace Pipe.Trees;

/// <summary>A large file that is sent in pieces, by several threads. Closed after the last piece.</summary>
internal sealed class SourceFile(Fd fd, FileStatus status, string path, byte[] attributes)
{
    private long _left = status.Size;

    public Fd Fd { get; } = fd;

    public FileStatus Status { get; } = status;

    public string Path { get; } = path;

    public byte[] Attributes { get; } = attributes;

    /// <summary>Whether one of its pieces could not be read, which makes the others useless.</summary>
    public bool IsSpoiled { get; private set; }

    public void Spoil() => IsSpoiled = true;

    /// <summary>Whether a change during reading has been reported.</summary>
    public bool IsTorn { get; private set; }

    public void Tear() => IsTorn = true;

    /// <summary>Adds bytes that will be packed again.</summary>
    public void Repeat(long span) => Interlocked.Add(ref _left, span);

    /// <summary>Records finished bytes; true for the last.</summary>
    public bool Finish(long span) => Interlocked.Add(ref _left, -span) <= 0;
}
