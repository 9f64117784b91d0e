using Pipe.Linux;

namespace Pipe.Trees;

/// <summary>A large file that is sent in pieces, by several threads. It is closed when the last piece is done with.</summary>
internal sealed class SourceFile(Fd fd, FileStatus status, string path, byte[] attributes)
{
    private long _left = status.Size;

    public Fd Fd { get; } = fd;

    public FileStatus Status { get; } = status;

    public string Path { get; } = path;

    public byte[] Attributes { get; } = attributes;

    /// <summary>One of its pieces could not be read: the others are of no use.</summary>
    public bool IsSpoiled { get; private set; }

    public void Spoil() => IsSpoiled = true;

    /// <summary>It was said that it changed while it was read.</summary>
    public bool IsTorn { get; private set; }

    public void Tear() => IsTorn = true;

    /// <summary>That many bytes come again.</summary>
    public void Repeat(long span) => Interlocked.Add(ref _left, span);

    /// <summary>That many bytes are done with; true for the last.</summary>
    public bool Finish(long span) => Interlocked.Add(ref _left, -span) <= 0;
}
