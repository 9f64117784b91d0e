namespace Pipe.Linux;

/// <summary>The errno values that this program tests for.</summary>
internal static class Errno
{
    public const int NotPermitted = 1;
    public const int NoEntry = 2;
    public const int Interrupted = 4;
    public const int Io = 5;
    public const int TooBig = 7;
    public const int BadFd = 9;
    public const int Again = 11;
    public const int NoMemory = 12;
    public const int AccessDenied = 13;
    public const int Busy = 16;
    public const int Exists = 17;
    public const int CrossDevice = 18;
    public const int NoDevice = 19;
    public const int NotDirectory = 20;
    public const int IsDirectory = 21;
    public const int Invalid = 22;
    public const int TooManyOpenOfAll = 23;
    public const int TooManyOpen = 24;
    public const int NotTerminal = 25;
    public const int FileTooBig = 27;
    public const int NoSpace = 28;
    public const int IllegalSeek = 29;
    public const int ReadOnly = 30;
    public const int BrokenPipe = 32;
    public const int OutOfRange = 34;
    public const int NameTooLong = 36;
    public const int NoLocks = 37;
    public const int NotImplemented = 38;
    public const int TooManyLinks = 40;
    public const int NoDataOrHole = 6;

    /// <summary>ENXIO again: open(2) of a fifo that has no reader.</summary>
    public const int NoReader = 6;

    public const int MessageTooLong = 90;
    public const int NotSupported = 95;
    public const int AddressInUse = 98;
    public const int ConnectionReset = 104;
    public const int NoBuffers = 105;
    public const int TimedOut = 110;
    public const int ConnectionRefused = 111;
    public const int InProgress = 115;
    public const int Quota = 122;
}
