namespace Pipe.Yarchive;

/// <summary>What is done, the first word of a command line. More than one can be meant by an option.</summary>
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
