namespace Pipe.Archives;

/// <summary>A member in an index, with its place in the stream.</summary>
/// <param name="Kind">The kind of member.</param>
/// <param name="Offset">Offset of its headers.</param>
/// <param name="Length">Bytes up to the next member: that range alone is an archive that tar or cpio can read, except for the end mark.</param>
/// <param name="Data">Offset of its data.</param>
/// <param name="Stored">Size of its data in the stream.</param>
/// <param name="Real">Size of the file; for a sparse file, more than the stored size.</param>
/// <param name="Name">The name as stored in the archive (<see cref="Pipe.Protocol.RawText"/>).</param>
/// <param name="Target">The target of a link; for the names of one cpio file, an identifier that they share.</param>
internal sealed record IndexedMember(
    MemberKind Kind, long Offset, long Length, long Data, long Stored, long Real, string Name, string Target);
