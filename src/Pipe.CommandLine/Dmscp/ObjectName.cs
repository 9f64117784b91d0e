using Pipe.Engine;
using Pipe.Protocol;

namespace Pipe.Dmscp;

/// <summary>
/// The arguments of -f and -l: a file name, or <c>null:</c> or <c>pattern:SIZE</c> for measurements. A file of such a name is written
/// <c>./null:</c>; one leading <c>./</c> is removed before these names only.
/// </summary>
internal static class ObjectName
{
    private const string Null = "null:";
    private const string Pattern = "pattern:";
    private const string Escape = "./";

    public static Resource Parse(string option, string directory, string text, bool isSource)
    {
        if (!IsReserved(text))
        {
            return Resource.File(directory, text.StartsWith(Escape, StringComparison.Ordinal) && NeedsEscape(text[2..]) ? text[2..] : text);
        }

        if (directory.Length > 0)
        {
            throw new Failure(ExitCode.Usage, $"-d: {text} cannot be in a directory", $"for a file of this name write {Escape}{text}");
        }

        return text == Null ? Resource.Null : Resource.Pattern(PatternSize(option, text, isSource));
    }

    public static string Print(Resource resource) => resource.Kind switch
    {
        ResourceKind.Null => Null,
        ResourceKind.Pattern => resource.Size == 0 ? Pattern : Pattern + ByteSize.Print(resource.Size),
        _ => NeedsEscape(resource.Text) ? Escape + resource.Text : resource.Text,
    };

    private static long PatternSize(string option, string text, bool isSource)
    {
        var size = text[Pattern.Length..];
        if (!isSource)
        {
            return size.Length == 0 ? 0 : throw new Failure(ExitCode.Usage, $"{option}: {text}: a pattern sink takes no size", "write pattern: alone");
        }

        return ByteSize.TryParse(size, out var bytes) && bytes > 0
            ? bytes
            : throw new Failure(ExitCode.Usage, $"{option}: {text}: a pattern source needs a size", $"write pattern:1g, or {Escape}{text} for a file of this name");
    }

    private static bool NeedsEscape(string text)
    {
        while (text.StartsWith(Escape, StringComparison.Ordinal))
        {
            text = text[2..];
        }

        return IsReserved(text);
    }

    private static bool IsReserved(string text) => text == Null || text.StartsWith(Pattern, StringComparison.Ordinal);
}
