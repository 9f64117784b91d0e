using System.Globalization;
using Pipe.Linux;

namespace Pipe.Engine;

/// <summary>What the files of an archive are called: <c>NAME.000000</c>, <c>NAME.manifest</c>, <c>NAME.index</c>, all in its directory.</summary>
/// <param name="Directory">Of the manifest; empty for the working directory.</param>
/// <param name="Name">Of the archive.</param>
internal sealed record ArchiveName(string Directory, string Name)
{
    private const string ManifestSuffix = ".manifest";
    private const string IndexSuffix = ".index";
    private const string PartSuffix = ".pipe-part";
    private const int Digits = 6;

    /// <summary>As an Offer names it: the name may lead below the directory.</summary>
    public static ArchiveName Of(Protocol.Resource resource)
    {
        var path = Paths.Join(resource.Directories[0], resource.Text);
        var name = Paths.NameOf(path);
        return name is "" or "." or ".."
            ? throw new Failure(Protocol.ExitCode.Usage, $"{(path.Length > 0 ? path : "''")}: no name for an archive")
            : new ArchiveName(path.Contains('/', StringComparison.Ordinal) ? Paths.DirectoryOf(path) : "", name);
    }

    public string Manifest => Paths.Join(Directory, Name + ManifestSuffix);

    public string Index => Paths.Join(Directory, Name + IndexSuffix);

    /// <summary>What messages call it.</summary>
    public string Path => Paths.Join(Directory, Name);

    /// <summary>The name of a fragment in whichever directory.</summary>
    public string Fragment(int number) => $"{Name}.{number.ToString($"D{Digits}", CultureInfo.InvariantCulture)}";

    /// <summary>What it is called until it is complete.</summary>
    public string Part(int number) => $".{Fragment(number)}{PartSuffix}";

    /// <summary>What the index is called until it is complete.</summary>
    public string IndexPart => $".{Name}{IndexSuffix}{PartSuffix}";

    /// <summary>The archive that a file is the manifest of; null if it is none.</summary>
    public static string? OfManifest(string file) =>
        file.EndsWith(ManifestSuffix, StringComparison.Ordinal) && file.Length > ManifestSuffix.Length ? file[..^ManifestSuffix.Length] : null;

    /// <summary>The number of a fragment by the name of its file; null for any other file.</summary>
    public int? NumberOf(string file) =>
        file.StartsWith(Name + ".", StringComparison.Ordinal)
        && int.TryParse(file.AsSpan(Name.Length + 1), NumberStyles.None, CultureInfo.InvariantCulture, out var number)
        && file == Fragment(number) ? number : null;

    /// <summary>Whether a file is what a cut run has left of a fragment or an index.</summary>
    public bool IsPart(string file) =>
        file == IndexPart
        || (file.StartsWith('.') && file.EndsWith(PartSuffix, StringComparison.Ordinal) && file.Length > 1 + PartSuffix.Length
            && NumberOf(file[1..^PartSuffix.Length]) is not null);
}
