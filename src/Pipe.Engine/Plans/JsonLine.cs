using System.Globalization;
using System.Text;
using Pipe.Protocol;

namespace Pipe.Engine;

/// <summary>
/// Builds a line of JSON, an event for example, with members in the order they are added. Bytes that are not UTF-8 are written as lone surrogates,
/// \udc80 to \udcff, like Python's surrogateescape; control characters are always escaped.
/// </summary>
internal sealed class JsonLine
{
    private readonly StringBuilder _text = new();

    public JsonLine()
    {
    }

    public JsonLine(TimeSpan elapsed, string name)
    {
        Number("t", elapsed);
        Text("event", name);
    }

    public JsonLine Text(string name, string? value)
    {
        Name(name);
        if (value is null)
        {
            _text.Append("null");
        }
        else
        {
            Quoted(value);
        }

        return this;
    }

    public JsonLine Number(string name, long? value)
    {
        Name(name);
        _text.Append(value?.ToString(CultureInfo.InvariantCulture) ?? "null");
        return this;
    }

    /// <summary>Adds a time in seconds.</summary>
    public JsonLine Number(string name, TimeSpan value)
    {
        Name(name);
        _text.Append(value.TotalSeconds.ToString("0.000", CultureInfo.InvariantCulture));
        return this;
    }

    public JsonLine Truth(string name, bool value)
    {
        Name(name);
        _text.Append(value ? "true" : "false");
        return this;
    }

    public byte[] ToBytes() => RawText.Encode(ToString());

    public override string ToString() => $"{_text}}}\n";

    private void Name(string name) => _text.Append(_text.Length == 0 ? "{\"" : ",\"").Append(name).Append("\":");

    private void Quoted(string value)
    {
        _text.Append('"');
        for (var i = 0; i < value.Length; i++)
        {
            var c = value[i];
            if (c is '"' or '\\')
            {
                _text.Append('\\').Append(c);
            }
            else if (char.IsHighSurrogate(c) && i + 1 < value.Length && char.IsLowSurrogate(value[i + 1]))
            {
                _text.Append(c).Append(value[++i]);
            }
            else if (char.IsControl(c) || char.IsSurrogate(c))
            {
                _text.Append(CultureInfo.InvariantCulture, $"\\u{(int)c:x4}");
            }
            else
            {
                _text.Append(c);
            }
        }

        _text.Append('"');
    }
}
