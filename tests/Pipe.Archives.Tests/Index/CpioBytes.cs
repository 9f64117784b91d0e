using System.Buffers;
using System.Globalization;
using System.Text;

namespace Pipe.Archives.Tests;

/// <summary>A cpio in newc made by hand.</summary>
internal sealed class CpioBytes
{
    private readonly ArrayBufferWriter<byte> _stream = new();

    public byte[] WithoutEnd => _stream.WrittenSpan.ToArray();

    public byte[] Whole => [.. new CpioBytes().Append(_stream.WrittenSpan.ToArray()).File("TRAILER!!!", "", mode: 0)._stream.WrittenSpan.ToArray()];

    public CpioBytes File(string name, string content, int inode = 1, int links = 1, int mode = 0x81A4)
    {
        int[] fields = [inode, mode, 0, 0, links, 0, content.Length, 8, 1, 0, 0, name.Length + 1, 0];
        Add("070701" + string.Concat(fields.Select(field => field.ToString("X8", CultureInfo.InvariantCulture))) + name + '\0');
        Add(content);
        return this;
    }

    private CpioBytes Append(byte[] bytes)
    {
        _stream.Write(bytes);
        return this;
    }

    private void Add(string text)
    {
        _stream.Write(Encoding.ASCII.GetBytes(text));
        _stream.Write(new byte[(4 - (_stream.WrittenCount % 4)) % 4]);
    }
}
