namespace Pipe.Protocol;

/// <summary>The digest algorithm for block payloads. The numbers are on the wire.</summary>
internal enum DigestKind : byte
{
    None = 0,
    XxHash3 = 1,
    Crc32C = 2,
    Sha256 = 3,
}
