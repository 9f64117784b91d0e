using Pipe.Protocol;

namespace Pipe.Engine;

/// <summary>
/// Shows the lines of another host's program to the user: a terminal would obey the control characters in them, so they are escaped, as in messages.
/// </summary>
/// <param name="inner">Receives the text; owned by this object from here on.</param>
internal sealed class TextSink(ISink inner) : ISink
{
    /// <summary>A longer line is shown in parts.</summary>
    private const int LongestLine = 1 << 20;

    private readonly List<byte> _line = [];
    private long _position;

    public bool IsOrdered => true;

    public string Warning => inner.Warning;

    public void Write(ReadOnlySpan<byte> bytes, long offset)
    {
        while (bytes.IndexOf((byte)'\n') is >= 0 and var end)
        {
            _line.AddRange(bytes[..end]);
            Pass("\n");
            bytes = bytes[(end + 1)..];
        }

        _line.AddRange(bytes);
        if (_line.Count > LongestLine)
        {
            Pass("");
        }
    }

    public void Hole(long offset, long length) => this.WriteZeros(offset, length);

    public void Commit(long size)
    {
        Pass("");
        inner.Commit(_position);
    }

    public void Abort() => inner.Abort();

    public void Dispose() => inner.Dispose();

    private void Pass(string ending)
    {
        var text = RawText.Encode(RawText.Printable(RawText.Decode([.. _line])) + ending);
        _line.Clear();
        if (text.Length > 0)
        {
            inner.Write(text, _position);
            _position += text.Length;
        }
    }
}
