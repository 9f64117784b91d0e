namespace Pipe.Yarchive;

/// <summary>The verb, the first word of a command line. An option may accept several.</summary>
[Flags]
internal enum Verb
{
    None = 0,
    Put = 1,
    Get = 2,
    Verify = 4,
    Ls = 8,
    Info = 16,
    Rm = 32,
    Any = 63,
}
