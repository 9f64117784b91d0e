using System.Globalization;
using Pipe.Engine;

namespace Pipe.Ssh;

/// <summary>The command line, with the options of ssh that a launcher uses.</summary>
internal sealed class Invocation
{
    /// <summary>The values of -o, in order.</summary>
    public List<string> Options { get; } = [];

    /// <summary>The value of -F: a file, <c>none</c>, or empty.</summary>
    public string Configuration { get; private set; } = "";

    public string User { get; private set; } = "";

    /// <summary>0 without -p.</summary>
    public int Port { get; private set; }

    /// <summary>Whether -G asks for the configuration, and for no connection.</summary>
    public bool OnlyPrints { get; private set; }

    public string Host { get; private set; } = "";

    /// <summary>The command line for the remote login shell.</summary>
    public string Line { get; private set; } = "";

    /// <exception cref="Failure">An option is unknown, or the host or the line is missing.</exception>
    public static Invocation Parse(IReadOnlyList<string> words)
    {
        var invocation = new Invocation();
        var at = 0;
        for (; at < words.Count && words[at] != "--"; at++)
        {
            switch (words[at])
            {
                case "-x" or "-T":
                    break;
                case "-G":
                    invocation.OnlyPrints = true;
                    break;
                case "-o" or "-F" or "-l" or "-p" when at + 1 < words.Count:
                    invocation.Take(words[at], words[++at]);
                    break;
                default:
                    throw SshFailure.Of($"{words[at]}: unknown option");
            }
        }

        var rest = words.Skip(at + 1).ToArray();
        (invocation.Host, invocation.Line) = rest is [{ Length: > 0 } host, ..] ? (host, string.Join(' ', rest[1..])) : throw SshFailure.Of("no host is named");
        return invocation.Line.Length > 0 || invocation.OnlyPrints ? invocation : throw SshFailure.Of("no command is named");
    }

    private void Take(string option, string value)
    {
        switch (option)
        {
            case "-o":
                Options.Add(value);
                break;
            case "-F":
                Configuration = value;
                break;
            case "-l":
                User = value;
                break;
            default:
                Port = int.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out var port) && port is > 0 and <= ushort.MaxValue ? port : throw SshFailure.Of($"-p: {value}: not a port");
                break;
        }
    }
}
