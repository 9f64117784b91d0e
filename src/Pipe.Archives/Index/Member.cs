using System.Buffers;

namespace Pipe.Archives;

/// <summary>The member that the walker is at. There is one object for all of them, so that a member costs no allocation.</summary>
internal sealed class Member
{
    public MemberKind Kind { get; set; }

    /// <summary>Where its headers begin: the ones that carry long names and pax records too.</summary>
    public long Offset { get; set; }

    /// <summary>Where the next member begins.</summary>
    public long End { get; set; }

    /// <summary>Where its data begin, and how many bytes they are in the stream.</summary>
    public long Data { get; set; }

    public long Stored { get; set; }

    /// <summary>The size of the file.</summary>
    public long Real { get; set; }

    public ArrayBufferWriter<byte> Name { get; } = new(256);

    public ArrayBufferWriter<byte> Target { get; } = new(256);

    public void Begin(MemberKind kind, long offset)
    {
        Kind = kind;
        Offset = offset;
        Name.ResetWrittenCount();
        Target.ResetWrittenCount();
    }
}
