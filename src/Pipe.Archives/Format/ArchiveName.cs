using System.Globalization;
using Pipe.Engine;
using Pipe.Linux;

namespace Pipe.Archives;

/// <summary>
/// The file names of an archive: <c>NAME.000000</c>, <c>NAME.manifest</c> and <c>NAME.index</c> in its directory, <c>NAME.000000</c> and
/// <c>NAME.owner</c> in each spill directory.
/// </summary>
/// <param name="Directory">The manifest's directory; empty for the working directory.</param>
/// <param name="Name">The archive's name.</param>
internal sealed record ArchiveName(string Directory, string Name)
{
    private const string ManifestSuffix = ".manifest";
    private const string IndexSuffix = ".index";
    private const string OwnerSuffix = ".owner";
    private const string PartSuffix = ".pipe-part";
    private const int Digits = 6;

    /// <summary>The archive that an Offer names; the name may contain directories.</summary>
    public static ArchiveName Of(Protocol.Resource resource)
    {
        var path = Paths.Join(resource.Directories[0], resource.Text);
        var name = Paths.NameOf(path);
        return name is "" or "." or ".."
            ? throw new Failure(Protocol.ExitCode.Usage, $"{(path.Length > 0 ? path : "''")}: not a name for an archive")
            : new ArchiveName(path.Contains('/', StringComparison.Ordinal) ? Paths.DirectoryOf(path) : "", name);
    }

    public string Manifest => Paths.Join(Directory, Name + ManifestSuffix);

    public string Index => Paths.Join(Directory, Name + IndexSuffix);

    /// <summary>The file that names the owner of fragments in a directory; see <see cref="OwnerFile"/>.</summary>
    public string Owner => Paths.Join(Directory, Name + OwnerSuffix);

    /// <summary>The name in messages.</summary>
    public string Path => Paths.Join(Directory, Name);

    /// <summary>The file name of a fragment, in any directory.</summary>
    public string Fragment(int number) => $"{Name}.{number.ToString($"D{Digits}", CultureInfo.InvariantCulture)}";

    /// <summary>The name of a fragment until it is complete.</summary>
    public string Part(int number) => $".{Fragment(number)}{PartSuffix}";

    /// <summary>The name of the index until it is complete.</summary>
    public string IndexPart => $".{Name}{IndexSuffix}{PartSuffix}";

    /// <summary>The name of the owner file until it is complete.</summary>
    public string OwnerPart => $".{Name}{OwnerSuffix}{PartSuffix}";

    /// <summary>The name of a copy of the manifest until it is complete.</summary>
    public string ManifestPart => $".{Name}{ManifestSuffix}{PartSuffix}";

    /// <summary>The archive that a manifest file belongs to; null for any other file.</summary>
    public static string? OfManifest(string file) =>
        file.EndsWith(ManifestSuffix, StringComparison.Ordinal) && file.Length > ManifestSuffix.Length ? file[..^ManifestSuffix.Length] : null;

    /// <summary>The number of a fragment's file; null for any other file.</summary>
    public int? NumberOf(string file) =>
        file.StartsWith(Name + ".", StringComparison.Ordinal)
        && int.TryParse(file.AsSpan(Name.Length + 1), NumberStyles.None, CultureInfo.InvariantCulture, out var number)
        && file == Fragment(number) ? number : null;

    /// <summary>Whether the file is an incomplete one of an interrupted run.</summary>
    public bool IsPart(string file) =>
        file == IndexPart || file == OwnerPart || file == ManifestPart
        || (file.StartsWith('.') && file.EndsWith(PartSuffix, StringComparison.Ordinal) && file.Length > 1 + PartSuffix.Length
            && NumberOf(file[1..^PartSuffix.Length]) is not null);
}
