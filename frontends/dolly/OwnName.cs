namespace Pipe.Dolly;

/// <summary>The names of this host, with which a server finds itself in a configuration, and a classic client its place in the list.</summary>
internal static class OwnName
{
    /// <summary>The names in the order in which they are tried: HOST overrides MYNODENAME, as in dolly.</summary>
    /// <param name="variable">Returns an environment variable; null if it is not set.</param>
    /// <param name="system">The host name of the system.</param>
    public static IReadOnlyList<string> All(Func<string, string?> variable, string system)
    {
        var named = variable("HOST") is { Length: > 0 } host ? host : variable("MYNODENAME");
        string[] names = [named ?? "", named is null or "" ? system : ""];
        return [.. names.Where(static name => name.Length > 0)];
    }

    /// <summary>Whether an entry of a configuration is meant for a host of that name.</summary>
    /// <param name="entry">The name in the configuration.</param>
    /// <param name="name">The name of the host.</param>
    /// <param name="isHyphenNormal">Whether a hyphen is part of the name; otherwise it begins the name of an interface.</param>
    public static bool IsSame(string entry, string name, bool isHyphenNormal) =>
        entry == name || Short(entry) == Short(name) || (!isHyphenNormal && Short(entry).Split('-')[0] == Short(name));

    private static string Short(string name) => name.Split('.')[0];
}
