using Pipe.Protocol;

namespace Pipe.Archives;

/// <summary>The closing line of a manifest: the archive is complete.</summary>
/// <param name="Fragments">Number of fragments.</param>
/// <param name="Size">Size of the stream.</param>
/// <param name="Stream">XXH128 of the whole stream, as read by its sender.</param>
/// <param name="Time">Time of completion.</param>
/// <param name="Index">XXH128 of the index file; null if there is none.</param>
internal sealed record ManifestEnd(int Fragments, long Size, WideDigest Stream, string Time, WideDigest? Index);
