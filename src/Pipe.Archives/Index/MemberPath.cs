namespace Pipe.Archives;

/// <summary>
/// A requested member path. Leading <c>/</c> and <c>./</c>, trailing slashes and double slashes are ignored, because all such names unpack to the same
/// place.
/// </summary>
internal sealed class MemberPath(ReadOnlySpan<byte> path)
{
    private readonly byte[] _path = Plain(path);

    public ReadOnlySpan<byte> Bytes => _path;

    public ReadOnlySpan<byte> Parent => _path.AsSpan(0, Math.Max(0, _path.AsSpan().LastIndexOf((byte)'/')));

    public ReadOnlySpan<byte> Last => LastOf(_path);

    public static ReadOnlySpan<byte> LastOf(ReadOnlySpan<byte> path) => path[(path.LastIndexOf((byte)'/') + 1)..];

    public bool Matches(ReadOnlySpan<byte> name)
    {
        name = Trim(name);
        return name.Length == _path.Length
            ? name.SequenceEqual(_path)
            : name.Length > _path.Length && HasDetours(name) && name.EndsWith(Last) && Plain(name).AsSpan().SequenceEqual(_path);
    }

    /// <summary>Whether that name lies below this one, which is then a directory.</summary>
    public bool IsAbove(ReadOnlySpan<byte> name)
    {
        name = Trim(name);
        return name.Length > _path.Length && name.StartsWith(_path) && (_path.Length == 0 || name[_path.Length] == '/');
    }

    public static ReadOnlySpan<byte> Trim(ReadOnlySpan<byte> name)
    {
        name = name.TrimEnd((byte)'/');
        while (!name.IsEmpty && (name[0] == '/' || name.StartsWith("./"u8) || name.SequenceEqual("."u8)))
        {
            name = name[1..];
        }

        return name;
    }

    private static bool HasDetours(ReadOnlySpan<byte> name) => name.IndexOf("//"u8) >= 0 || name.IndexOf("/."u8) >= 0;

    private static byte[] Plain(ReadOnlySpan<byte> name)
    {
        var plain = new List<byte>(name.Length);
        foreach (var range in name.Split((byte)'/'))
        {
            var part = name[range];
            if (part.IsEmpty || part.SequenceEqual("."u8))
            {
                continue;
            }

            if (plain.Count > 0)
            {
                plain.Add((byte)'/');
            }

            plain.AddRange(part);
        }

        return [.. plain];
    }
}
