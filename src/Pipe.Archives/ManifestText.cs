using System.Globalization;
using System.Text;
using Pipe.Linux;
using Pipe.Protocol;

namespace Pipe.Archives;

/// <summary>
/// Formats the lines of a manifest; see dmscp(1), ARCHIVES, for the whole format. Fragments are lines for <c>sha256sum -c</c>, which takes the other
/// lines for comments.
/// </summary>
internal static class ManifestText
{
    public const string Format = "# pipe archive 1";
    public const string EndKey = "end";
    public const string IndexKey = "index";
    public const string FragmentKey = "at";
    public const string IdKey = "id";
    public const string NextKey = "next";

    /// <summary>The lines before the first fragment.</summary>
    public static string Head(ManifestHead head)
    {
        var text = new StringBuilder(Format).Append('\n');
        Line("name", head.Name);
        Line("started", head.Started);
        text.Append(CultureInfo.InvariantCulture, $"# fragment {head.FragmentSize} stub {head.Stub}\n");
        head.Filters.ToList().ForEach(filter => Line("filter", filter));
        if (head.Made.Length > 0)
        {
            Line("made", head.Made);
        }

        if (head.Id.Length > 0)
        {
            Line(IdKey, head.Id);
        }

        head.Next.ToList().ForEach(directory => Line(NextKey, directory));

        return text.ToString();

        void Line(string key, string value) => text.Append("# ").Append(key).Append(' ').Append(Escape(value)).Append('\n');
    }

    /// <summary>The two lines of a fragment, the second for sha256sum.</summary>
    public static string Of(ArchiveName archive, in Fragment fragment, string time)
    {
        var name = Paths.Join(fragment.Directory, archive.Fragment(fragment.Number));
        var escaped = Escape(name);
        var mark = escaped.Length > name.Length ? "\\" : "";
        return string.Create(
            CultureInfo.InvariantCulture,
            $"# {FragmentKey} {fragment.Offset} size {fragment.Size} xxh3 {fragment.XxHash:x16} time {time}\n{mark}{Hex(fragment.Sha256)}  {escaped}\n");
    }

    /// <summary>The line of the index, if there is one, and the closing line without its own digest, the SHA-256 of everything before it.</summary>
    public static string Of(ManifestEnd end) => string.Create(
        CultureInfo.InvariantCulture,
        $"{(end.Index is { } index ? $"# {IndexKey} xxh128 {index}\n" : "")}# {EndKey} fragments {end.Fragments} size {end.Size} xxh128 {end.Stream} time {end.Time} sha256 ");

    /// <summary>The current time in the manifest's format, precise enough to tell which of two archives was complete first.</summary>
    public static string Now() => DateTime.UtcNow.ToString("yyyy-MM-ddTHH:mm:ss.ffffffZ", CultureInfo.InvariantCulture);

    public static string Hex(in Digest digest)
    {
        Span<byte> bytes = stackalloc byte[Digest.Size];
        digest.Write(bytes);
        return Convert.ToHexStringLower(bytes);
    }

    /// <summary>Escapes a text to fit on one line, like sha256sum.</summary>
    public static string Escape(string text) => text
        .Replace("\\", "\\\\", StringComparison.Ordinal)
        .Replace("\n", "\\n", StringComparison.Ordinal)
        .Replace("\r", "\\r", StringComparison.Ordinal);

    public static string Unescape(string text)
    {
        if (!text.Contains('\\', StringComparison.Ordinal))
        {
            return text;
        }

        var plain = new StringBuilder(text.Length);
        for (var i = 0; i < text.Length; i++)
        {
            plain.Append(text[i] != '\\' || ++i == text.Length ? text[Math.Min(i, text.Length - 1)] : text[i] switch
            {
                'n' => '\n',
                'r' => '\r',
                var other => other,
            });
        }

        return plain.ToString();
    }
}

/// <summary>The head of a manifest.</summary>
internal sealed record ManifestHead(string Name, string Started, long FragmentSize, long Stub, IReadOnlyList<string> Filters, string Made)
{
    /// <summary>Random digits unique to this archive and its <see cref="OwnerFile"/>s; empty for an archive of an earlier version.</summary>
    public string Id { get; init; } = "";

    /// <summary>The spill directories that the writer was given.</summary>
    public IReadOnlyList<string> Next { get; init; } = [];
}

/// <summary>The closing line of a manifest: the archive is complete.</summary>
/// <param name="Fragments">Number of fragments.</param>
/// <param name="Size">Size of the stream.</param>
/// <param name="Stream">XXH128 of the whole stream, as read by its sender.</param>
/// <param name="Time">Time of completion.</param>
/// <param name="Index">XXH128 of the index file; null if there is none.</param>
internal sealed record ManifestEnd(int Fragments, long Size, WideDigest Stream, string Time, WideDigest? Index);
