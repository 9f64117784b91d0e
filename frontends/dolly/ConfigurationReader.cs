using System.Globalization;
using Pipe.CommandLine;
using Pipe.Engine;
using Pipe.Protocol;

namespace Pipe.Dolly;

/// <summary>
/// Reads a configuration file of dolly 0.57 to 0.64, and of 0.70 and later, which has no lines server, firstclient, lastclient and clients.
/// Empty lines and lines that begin with # are skipped, and all text after endconfig.
/// </summary>
internal sealed class ConfigurationReader
{
    private const string End = "endconfig";
    private const string Compressed = "compressed ";
    private const string Server = "server ";
    private const string First = "firstclient ";
    private const string Last = "lastclient ";
    private const string Clients = "clients ";
    private static readonly string[] HostKeywords = [Server, First, Last, Clients];

    private readonly List<(int Number, string Text)> _lines = [];
    private int _at;

    private ConfigurationReader(string text)
    {
        foreach (var (number, line) in text.Split('\n').Index())
        {
            var words = line.Trim();
            if (words.Length > 0 && words[0] != '#')
            {
                _lines.Add((number + 1, words));
            }
        }
    }

    private string Line => _at < _lines.Count ? _lines[_at].Text : "";

    /// <exception cref="Failure">The file is invalid; the hint names the line.</exception>
    public static Configuration Read(string text)
    {
        var reader = new ConfigurationReader(text);
        try
        {
            return reader.ReadHosts(reader.ReadSettings(reader.ReadSource()));
        }
        catch (Failure e)
        {
            throw new Failure(e.Code, e.Message, Warnings.Of(reader.Place, e.Hint));
        }
    }

    private string Place => _at < _lines.Count ? $"line {_lines[_at].Number}: {Line}" : "at the end of the file";

    private Configuration ReadSource()
    {
        const string dummy = "dummy";
        if (Line == dummy || Line.StartsWith(dummy + " ", StringComparison.Ordinal))
        {
            var number = Line[dummy.Length..].Trim();
            return Taken(new Configuration { IsDummy = true, DummyMebibytes = number.Length == 0 ? null : Number(number, uint.MaxValue) });
        }

        var (isPacked, source) = (Line.StartsWith(Compressed, StringComparison.Ordinal), Rest("infile "));
        var input = Taken(InputFile.Parse(source, isPacked));
        (isPacked, var target) = (Line.StartsWith(Compressed, StringComparison.Ordinal), Rest("outfile "));
        return new Configuration { Input = input, Output = Taken(OutputFile.Parse(target, isPacked)) };
    }

    private Configuration ReadSettings(Configuration config)
    {
        while (Setting(config) is { } next)
        {
            config = Taken(next);
        }

        return config.Fanout > 1 && config.Links is { Count: > 0 }
            ? throw new Failure(ExitCode.Usage, "fanout and extra links exclude each other")
            : config;
    }

    /// <summary>The configuration with the setting of this line; null if it has none.</summary>
    private Configuration? Setting(Configuration config) => Line.Split(' ', 2) switch
    {
        ["segsize", var size] => config with { SegmentSize = (int)Number(size, ushort.MaxValue) },
        ["add", var words] => config with { Links = ExtraLinks.Parse(words, isBeforeNumber: false) },
        ["add2", var words] => config with { Links = ExtraLinks.Parse(words, isBeforeNumber: true) },
        ["fanout", var count] => config with { Fanout = (int)Math.Max(1, Number(count, Configuration.MostFanout)) },
        ["hyphennormal" or "hypheninterface"] => config with { IsHyphenNormal = Line == "hyphennormal" },
        _ => null,
    };

    private Configuration ReadHosts(Configuration config)
    {
        if (!_lines.Skip(_at).Any(static line => Array.Exists(HostKeywords, word => line.Text.StartsWith(word, StringComparison.Ordinal))))
        {
            return config with { Hosts = HostsUntilEnd() };
        }

        config = config with { Server = Taken(Rest(Server)), FirstClient = Taken(Rest(First)), LastClient = Taken(Rest(Last)) };
        var number = Rest(Clients);
        if (!long.TryParse(number, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var count) || count is < 1 or > Configuration.MostHosts)
        {
            throw new Failure(ExitCode.Usage, $"I think {number} numbers of hosts doesn't make much sense.");
        }

        _at++;
        var hosts = HostsUntilEnd();
        return hosts.Count == count
            ? config with { Hosts = hosts }
            : throw new Failure(ExitCode.Usage, hosts.Count > count ? Missing(End) : "Missing host name in config-file.", $"clients says {count}, and {hosts.Count} are listed");
    }

    private List<string> HostsUntilEnd()
    {
        var hosts = new List<string>();
        for (; !Line.StartsWith(End, StringComparison.Ordinal); _at++)
        {
            if (_at == _lines.Count)
            {
                throw new Failure(ExitCode.Usage, Missing(End));
            }

            hosts.AddRange(HostList.Expand(Line).Select(static host => PeerName.Checked("clients", PeerName.HostName, host)));
        }

        return hosts;
    }

    /// <summary>The line without its keyword, and without the word compressed before that.</summary>
    private string Rest(string keyword)
    {
        var line = keyword.EndsWith("file ", StringComparison.Ordinal) && Line.StartsWith(Compressed, StringComparison.Ordinal) ? Line[Compressed.Length..] : Line;
        return line.StartsWith(keyword, StringComparison.Ordinal) ? line[keyword.Length..].TrimStart() : throw new Failure(ExitCode.Usage, Missing(keyword));
    }

    /// <summary>Passes the value on, and goes to the next line.</summary>
    private T Taken<T>(T value)
    {
        _at++;
        return value;
    }

    private static string Missing(string keyword) => $"Missing '{keyword}' in config-file.";

    private static long Number(string word, long most) =>
        long.TryParse(word, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number <= most
            ? number
            : throw new Failure(ExitCode.Usage, $"{word}: not a number up to {most}");
}
