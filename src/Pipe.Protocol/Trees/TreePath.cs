namespace Pipe.Protocol;

/// <summary>
/// The path of a member relative to the top of a tree, as on the wire: names separated by slashes, empty for the top itself. A path
/// never leaves the tree.
/// </summary>
internal static class TreePath
{
    /// <summary>Throws <see cref="ProtocolException"/> for a path that is malformed or could leave the tree.</summary>
    public static void Check(ReadOnlySpan<byte> path)
    {
        if (path.Length > Limits.MaxPath)
        {
            ProtocolException.Throw($"tree: a path of {path.Length} bytes, more than {Limits.MaxPath}");
        }

        if (path.Contains((byte)0))
        {
            ProtocolException.Throw("tree: a path with a NUL in it");
        }

        for (var rest = path; !rest.IsEmpty;)
        {
            var slash = rest.IndexOf((byte)'/');
            var name = slash < 0 ? rest : rest[..slash];
            if (name.IsEmpty || name.Length > Limits.MaxName || name.SequenceEqual("."u8) || name.SequenceEqual(".."u8) || slash == rest.Length - 1)
            {
                ProtocolException.Throw($"tree: {Shown(RawText.Decode(path))}: not a path below the top of a tree");
            }

            rest = slash < 0 ? default : rest[(slash + 1)..];
        }
    }

    /// <summary>The path for messages: printable and shortened.</summary>
    public static string Shown(string path)
    {
        const int maxLength = 300;
        var shown = RawText.Printable(path);
        return shown.Length <= maxLength ? shown : shown[..maxLength] + "...";
    }

    /// <summary>Whether the path has more than <see cref="Limits.MaxPath"/> bytes.</summary>
    public static bool IsTooLong(string path) => path.Length > Limits.MaxPath / 3 && RawText.Encode(path).Length > Limits.MaxPath;

    /// <summary>The path of a member of a directory.</summary>
    public static string Join(string directory, string name) => directory.Length == 0 ? name : $"{directory}/{name}";

    /// <summary>Splits the path of a member into its directory and its name.</summary>
    public static (string Directory, string Name) Split(string path)
    {
        var slash = path.LastIndexOf('/');
        return slash < 0 ? ("", path) : (path[..slash], path[(slash + 1)..]);
    }
}
