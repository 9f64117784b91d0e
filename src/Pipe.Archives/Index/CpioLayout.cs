namespace Pipe.Archives;

/// <summary>How the headers of a cpio are written.</summary>
internal enum CpioLayout : byte
{
    None,
    NewAscii,
    OldAscii,
    LittleEndian,
    BigEndian,
}
