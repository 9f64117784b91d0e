namespace Pipe.Protocol;

/// <summary>How the payload of a block is checked. The numbers are on the wire.</summary>
internal enum DigestKind : byte
{
    None = 0,
    XxHash3 = 1,
    Crc32C = 2,
    Sha256 = 3,
}
