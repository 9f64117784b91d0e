namespace Pipe.Protocol;

/// <summary>Protection of the blocks on a data connection. The numbers are on the wire.</summary>
internal enum Protection : byte
{
    /// <summary>Digests only, against accidental damage.</summary>
    Clear = 0,

    /// <summary>Every record has an authentication tag: readable, but tamper-proof.</summary>
    Authenticate = 1,

    /// <summary>Every record is encrypted and has an authentication tag.</summary>
    Encrypt = 2,
}
