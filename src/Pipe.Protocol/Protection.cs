namespace Pipe.Protocol;

/// <summary>What guards the blocks on a data connection. The numbers are on the wire.</summary>
internal enum Protection : byte
{
    /// <summary>Digests, against accidents.</summary>
    Clear = 0,

    /// <summary>A keyed tag for every record: readable, but nobody can change anything unnoticed.</summary>
    Authenticate = 1,

    /// <summary>Every record enciphered and tagged.</summary>
    Encrypt = 2,
}
