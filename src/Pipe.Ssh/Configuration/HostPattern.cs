namespace Pipe.Ssh;

/// <summary>Host patterns, as in ssh_config(5) and in known_hosts files: <c>*</c>, <c>?</c> and a leading <c>!</c>.</summary>
internal static class HostPattern
{
    /// <summary>Whether a name matches one of the patterns, and no negated one.</summary>
    public static bool MatchesAny(IEnumerable<string> patterns, string name)
    {
        var isHit = false;
        foreach (var pattern in patterns)
        {
            if (pattern.StartsWith('!'))
            {
                if (Matches(pattern.AsSpan(1), name))
                {
                    return false;
                }
            }
            else
            {
                isHit |= Matches(pattern, name);
            }
        }

        return isHit;
    }

    /// <summary>Backtracks only to the last star, so that the time is at most the product of the lengths.</summary>
    private static bool Matches(ReadOnlySpan<char> pattern, ReadOnlySpan<char> name)
    {
        var (at, star, resume) = (0, -1, 0);
        for (var i = 0; i < name.Length;)
        {
            if (at < pattern.Length && pattern[at] == '*')
            {
                (star, resume) = (at++, i);
            }
            else if (at < pattern.Length && (pattern[at] == '?' || char.ToLowerInvariant(pattern[at]) == char.ToLowerInvariant(name[i])))
            {
                (at, i) = (at + 1, i + 1);
            }
            else if (star >= 0)
            {
                (at, i) = (star + 1, ++resume);
            }
            else
            {
                return false;
            }
        }

        return pattern[at..].TrimStart('*').IsEmpty;
    }
}
