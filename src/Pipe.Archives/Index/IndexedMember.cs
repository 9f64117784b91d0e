namespace Pipe.Archives;

/// <summary>A member as an index has it: where it lies in the stream.</summary>
/// <param name="Kind">What it is.</param>
/// <param name="Offset">Where its headers begin.</param>
/// <param name="Length">The bytes up to the next member: that stretch alone is an archive that tar or cpio reads, but for its end mark.</param>
/// <param name="Data">Where its data begin.</param>
/// <param name="Stored">How many bytes of the stream its data are.</param>
/// <param name="Real">The size of the file; for a sparse one it is more than what is stored.</param>
/// <param name="Name">Its name as it stands in the archive (<see cref="Pipe.Protocol.RawText"/>).</param>
/// <param name="Target">Where a link points; what the names of one cpio file have in common.</param>
internal sealed record IndexedMember(
    MemberKind Kind, long Offset, long Length, long Data, long Stored, long Real, string Name, string Target);
