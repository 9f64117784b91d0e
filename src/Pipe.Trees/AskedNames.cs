using Pipe.Engine;
using Pipe.Linux;
using Pipe.Protocol;

namespace Pipe.Trees;

/// <summary>The names that may come from a sender who is not trusted: those that were asked for.</summary>
internal sealed class AskedNames
{
    private readonly Resource _asked;
    private readonly bool _isForContents;

    /// <summary>Members come in rows: the first name of the last one that was good.</summary>
    private volatile string? _last;

    /// <param name="asked">The source that was named to the sender.</param>
    public AskedNames(Resource asked)
    {
        _asked = asked;
        _isForContents = Include("");
    }

    /// <summary>Those of a plan; null where the user trusts the sender.</summary>
    public static AskedNames? Of(Plan plan) => plan.TrustNames ? null : new AskedNames(plan.There);

    /// <exception cref="ProtocolException">Nobody has asked for what lies at that path.</exception>
    public void Check(string path)
    {
        var slash = path.IndexOf('/', StringComparison.Ordinal);
        var first = slash < 0 ? path : path[..slash];
        if (first != _last && !_isForContents && !Include(first))
        {
            throw new ProtocolException($"{RawText.Printable(path)}: nobody asked for that");
        }

        _last = first;
    }

    private bool Include(string name) =>
        _asked.Names.Any(pattern => Glob.Expand(pattern).Any(one => Fits(one.TrimEnd('/'), name)) || Paths.NameOf(pattern.TrimEnd('/')) == name);

    private static bool Fits(string pattern, string name)
    {
        var last = Paths.NameOf(pattern);
        return last is "" or "." ? name.Length == 0
            : pattern.StartsWith('~') && last == pattern ? name.Length > 0 // what a home directory is called is known there only
            : Glob.IsMatch(last, name);
    }
}
