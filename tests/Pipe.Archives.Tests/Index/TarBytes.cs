using System.Buffers;
using System.Globalization;
using System.Text;
using Pipe.Protocol;

namespace Pipe.Archives.Tests;

/// <summary>A tar made by hand, with whatever a tar may have in it.</summary>
internal sealed class TarBytes
{
    private readonly ArrayBufferWriter<byte> _stream = new();

    public byte[] Whole => [.. _stream.WrittenSpan.ToArray(), .. new byte[1024]];

    public byte[] WithoutEnd => _stream.WrittenSpan.ToArray();

    public static string Record(string keyword, string value)
    {
        var rest = Encoding.UTF8.GetByteCount($" {keyword}={value}\n");
        var length = rest + 1;
        while (length != rest + length.ToString(CultureInfo.InvariantCulture).Length)
        {
            length++;
        }

        return $"{length} {keyword}={value}\n";
    }

    /// <param name="name">Its name, in the field for it.</param>
    /// <param name="type">The type flag.</param>
    /// <param name="size">What the header says of it.</param>
    /// <param name="change">What else is to be set, before the checksum is.</param>
    public TarBytes Header(string name, char type = '0', long size = 0, Action<byte[]>? change = null)
    {
        var block = new byte[512];
        RawText.Encode(name).CopyTo(block, 0);
        Put(block, 100, "0000644\0");
        Put(block, 124, Convert.ToString(size, 8).PadLeft(11, '0') + " ");
        block[156] = (byte)type;
        Put(block, 257, "ustar\000");
        change?.Invoke(block);
        Put(block, 148, "        ");
        Put(block, 148, Convert.ToString(block.Sum(b => b), 8).PadLeft(6, '0') + "\0 ");
        _stream.Write(block);
        return this;
    }

    public TarBytes Data(ReadOnlySpan<byte> data)
    {
        _stream.Write(data);
        _stream.Write(new byte[(512 - (data.Length % 512)) % 512]);
        return this;
    }

    public TarBytes File(string name, string content) => Header(name, '0', content.Length).Data(Encoding.UTF8.GetBytes(content));

    public TarBytes Long(char type, string name) => Header("././@LongLink", type, name.Length + 1).Data([.. RawText.Encode(name), 0]);

    public TarBytes Pax(params string[] records)
    {
        var text = RawText.Encode(string.Concat(records));
        return Header("PaxHeaders/x", 'x', text.Length).Data(text);
    }

    public TarBytes Zeros(int blocks)
    {
        _stream.Write(new byte[512 * blocks]);
        return this;
    }

    public static void Put(byte[] block, int at, string text) => Encoding.ASCII.GetBytes(text).CopyTo(block, at);

    public static void PutTarget(byte[] block, string target) => Put(block, 157, target);
}
