namespace Pipe.Archives;

/// <summary>The layouts of cpio headers.</summary>
internal enum CpioLayout : byte
{
    None,
    NewAscii,
    OldAscii,
    LittleEndian,
    BigEndian,
}
