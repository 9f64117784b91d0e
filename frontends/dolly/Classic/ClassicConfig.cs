using System.Globalization;
using System.Text;

namespace Pipe.Dolly;

/// <summary>A configuration as text for classic clients, which accept exactly this form.</summary>
internal static class ClassicConfig
{
    /// <summary>Payload of an Ethernet segment: a client that has received exactly this many bytes expects more.</summary>
    public const int Segment = 1448;

    /// <summary>The text, one space longer if its length would make a client wait for more.</summary>
    public static string Of(Configuration config)
    {
        var text = new StringBuilder(Source(config));
        Line(config.SegmentSize > 0, $"segsize {config.SegmentSize}");
        Line(config.Links is not null, Links(config.Links));
        Line(config.Fanout > 1, $"fanout {config.Fanout}");
        Line(config.IsHyphenNormal, "hyphennormal");
        Line(true, $"server {config.Server}\nfirstclient {config.Hosts[0]}\nlastclient {config.Hosts[^1]}\nclients {config.Hosts.Count}");
        Line(true, string.Join('\n', config.Hosts));
        Line(true, "endconfig");
        return text.Length == Segment ? $"{text} " : text.ToString();

        void Line(bool isWanted, string line) => text.Append(isWanted ? $"{line}\n" : "");
    }

    private static string Source(Configuration config)
    {
        if (config.IsDummy)
        {
            return config.DummyMebibytes is { } size ? string.Create(CultureInfo.InvariantCulture, $"dummy {size}\n") : "dummy\n";
        }

        var (input, output) = (config.Input!, config.Output!);
        return $"{(input.IsCompressed ? "compressed " : "")}infile {input.Path}{(input.IsSplit ? " split" : "")}\n"
            + $"{(output.IsCompressed ? "compressed " : "")}outfile {output.Path}{(output.PieceSize > 0 ? $" split {Size(output.PieceSize)}" : "")}\n";
    }

    /// <summary>A number and the letter that dolly requires.</summary>
    private static string Size(long bytes) => bytes switch
    {
        _ when bytes % (1L << 40) == 0 => $"{bytes >> 40}T",
        _ when bytes % (1L << 30) == 0 => $"{bytes >> 30}G",
        _ when bytes % (1L << 20) == 0 => $"{bytes >> 20}M",
        _ => $"{bytes >> 10}k",
    };

    private static string Links(ExtraLinks? links) =>
        links is null ? "" : $"add{(links.IsBeforeNumber ? "2" : "")} {links.Count}:{string.Join(':', links.Suffixes)}";
}
