using System.Text;
using Pipe.Protocol;

namespace Pipe.Engine;

/// <summary>Errors about members of a tree, one per line, collected for the report. Thread-safe.</summary>
internal sealed class ItemErrorLog
{
    private const int Most = 64 * 1024;
    private readonly StringBuilder _lines = new();
    private readonly ItemErrorSummary _summary = new();
    private long _more;
    private long _count;

    /// <summary>Number of errors.</summary>
    public long Count => Volatile.Read(ref _count);

    public void Add(string text)
    {
        Interlocked.Increment(ref _count);
        if (!_summary.Add(text))
        {
            return;
        }

        lock (_lines)
        {
            if (_lines.Length + text.Length < Most)
            {
                _lines.Append(RawText.Printable(text)).Append('\n');
            }
            else
            {
                _more++;
            }
        }
    }

    public override string ToString()
    {
        lock (_lines)
        {
            var rest = string.Concat(_summary.Rest().Select(static line => RawText.Printable(line) + "\n"));
            return $"{_lines}{(_more == 0 ? "" : $"and {_more} more\n")}{rest}";
        }
    }
}
