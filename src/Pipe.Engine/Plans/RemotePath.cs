namespace Pipe.Engine;

/// <summary>The form <c>[user@]host:path</c> of a remote file, by scp's rule: a colon before the first slash ends the host.</summary>
/// <param name="User">Null without an at sign.</param>
/// <param name="Host">Without the brackets of an address; empty in <c>:path</c>.</param>
/// <param name="Path">The rest, which may be empty.</param>
internal readonly record struct RemotePath(string? User, string Host, string Path)
{
    /// <summary>Null for a local path.</summary>
    public static RemotePath? Find(string word)
    {
        var colon = HostEnd(word);
        return colon < 0 ? null : Split(word[..colon], word[(colon + 1)..]);
    }

    /// <summary>The index of the colon after the host: the first, unless it follows a slash or is part of an address in brackets; -1 for a local path.</summary>
    public static int HostEnd(string word)
    {
        var isBracketed = word.StartsWith('[');
        for (var i = 0; i < word.Length && word[i] != '/'; i++)
        {
            isBracketed |= word[i] == '@' && i + 1 < word.Length && word[i + 1] == '[';
            if (isBracketed && word[i] == ']' && i + 1 < word.Length && word[i + 1] == ':')
            {
                return i + 1;
            }

            if (word[i] == ':' && !isBracketed)
            {
                return i;
            }
        }

        return -1;
    }

    private static RemotePath Split(string login, string path)
    {
        var at = login.LastIndexOf('@');
        var host = login[(at + 1)..];
        return new RemotePath(at < 0 ? null : login[..at], host.StartsWith('[') && host.EndsWith(']') ? host[1..^1] : host, path);
    }
}
