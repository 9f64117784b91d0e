using System.Text;

namespace Pipe.Dolly;

/// <summary>
/// Finds the messages <c>Host ready 'NAME'.</c> in the output of classic clients. Lines may arrive in any pieces and several at once. A name that
/// contains the word ready does not count twice.
/// </summary>
internal sealed class ReadyScan
{
    private const string Ready = "Host ready '";
    private const int LongestLine = 4096;
    private readonly StringBuilder _line = new();

    /// <summary>The names in the bytes that arrived, which may end in the middle of a line.</summary>
    public IReadOnlyList<string> Take(ReadOnlySpan<byte> bytes)
    {
        var names = new List<string>();
        foreach (var one in bytes)
        {
            if (one == '\n')
            {
                var line = _line.ToString();
                _line.Clear();
                if (line.StartsWith(Ready, StringComparison.Ordinal))
                {
                    names.Add(line[Ready.Length..].TrimEnd('.', '\''));
                }
            }
            else if (_line.Length < LongestLine)
            {
                _line.Append((char)one);
            }
        }

        return names;
    }
}
