using System.Buffers;

namespace Pipe.Archives;

/// <summary>The walker's current member. One object is reused for all members, so that a member costs no allocation.</summary>
internal sealed class Member
{
    public MemberKind Kind { get; set; }

    /// <summary>Offset of its first header, including those with long names and pax records.</summary>
    public long Offset { get; set; }

    /// <summary>Offset of the next member.</summary>
    public long End { get; set; }

    /// <summary>Offset of its data; <see cref="Stored"/> is their size in the stream.</summary>
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
