using System.Net;
using System.Text.RegularExpressions;

namespace Pipe.Protocol.Tests;

/// <summary>The field tables in the comments of src/Pipe.Protocol, by the name of the type. Those of NBD are on the page of the NBD project.</summary>
internal static partial class Layout
{
    public static IReadOnlyDictionary<string, string> All { get; } = Directory
        .EnumerateFiles(Repository.PathOf("src/Pipe.Protocol"), "*.cs", SearchOption.AllDirectories)
        .Where(file => !file.Contains("/Nbd/", StringComparison.Ordinal))
        .Select(file => (Name: Path.GetFileNameWithoutExtension(file), Match: Code().Match(File.ReadAllText(file))))
        .Where(file => file.Match.Success)
        .ToDictionary(file => file.Name, file => Text(file.Match.Groups[1].Value));

    /// <summary>Bytes of the fields of a table; only for those without text.</summary>
    public static int SizeOf(string table) => table.Split('\n').Sum(line =>
    {
        var field = Field().Match(line);
        Assert.True(field.Success, line);
        var count = field.Groups[2].Success ? int.Parse(field.Groups[2].Value, System.Globalization.CultureInfo.InvariantCulture) : 1;
        return count * (int.Parse(field.Groups[1].Value, System.Globalization.CultureInfo.InvariantCulture) / 8);
    });

    private static string Text(string comment) =>
        string.Join('\n', comment.Trim('\n').Split('\n').Select(line => WebUtility.HtmlDecode(line.Trim()["///".Length..]).Trim()));

    [GeneratedRegex("<code>\n(.*?)\n[ /]*</code>", RegexOptions.Singleline)]
    private static partial Regex Code();

    [GeneratedRegex(@"^u(8|16|32|64) +\w+(?:\[(\d+)\])?( |$)")]
    private static partial Regex Field();
}
