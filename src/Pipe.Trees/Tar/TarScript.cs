using System.Text;
using Pipe.Engine;
using Pipe.Protocol;

namespace Pipe.Trees;

/// <summary>The shell script with which the tar of one end packs or unpacks a tree: assignments, then the texts in scripts/.</summary>
internal static class TarScript
{
    public static Resource Pack(Location source, TarChoice choice) => Make($"tar packs {source.Name}", "pack", source, choice);

    public static Resource Unpack(Location target, TarChoice choice) => Make($"tar unpacks {target.Name}", "unpack", target, choice);

    private static Resource Make(string title, string script, Location where, TarChoice choice)
    {
        var text = new StringBuilder($"# {RawText.Printable(title)}\n");
        text.Append($"path={where.ShellWord} filter={choice.Filter} plain={Word(choice.Plain)} one_file_system={Word(choice.OneFileSystem)}\n");
        text.Append("set --");
        foreach (var pattern in choice.Excludes)
        {
            text.Append(' ').Append(ShellWords.Quote($"--exclude={pattern}"));
        }

        text.Append('\n').Append(Body("tar")).Append(Body(script));
        return Resource.Command("", text.ToString());
    }

    private static string Word(bool yes) => yes ? "yes" : "no";

    /// <summary>The text without comments, because all of it goes over the wire.</summary>
    private static string Body(string name)
    {
        using var reader = new StreamReader(typeof(TarScript).Assembly.GetManifestResourceStream(name)!);
        var lines = reader.ReadToEnd().Split('\n').Where(line => line.Length > 0 && !line.TrimStart().StartsWith('#'));
        return string.Join('\n', lines) + "\n";
    }
}

/// <summary>The options for tar.</summary>
/// <param name="Filter">-z, --zstd or empty.</param>
/// <param name="Plain">Whether to use a format that busybox understands.</param>
/// <param name="OneFileSystem">Whether to stay on the tree's file system.</param>
/// <param name="Excludes">Patterns of excluded members.</param>
internal sealed record TarChoice(string Filter, bool Plain, bool OneFileSystem, IReadOnlyList<string> Excludes)
{
    /// <summary>The whole tree, without conversion.</summary>
    public static TarChoice Usual { get; } = new("", false, false, []);
}
