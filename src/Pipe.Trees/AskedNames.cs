using Pipe.Engine;
using Pipe.Linux;
using Pipe.Protocol;

namespace Pipe.Trees;

/// <summary>The names that an untrusted sender may send: those that were requested.</summary>
internal sealed class AskedNames
{
    private readonly Resource _asked;
    private readonly bool _isForContents;

    /// <summary>The first component of the last valid name: members of one source arrive in a row.</summary>
    private volatile string? _last;

    /// <param name="asked">The source requested from the sender.</param>
    public AskedNames(Resource asked)
    {
        _asked = asked;
        _isForContents = Include("");
    }

    /// <summary>The names that a plan requests; null if the user trusts the sender.</summary>
    public static AskedNames? Of(Plan plan) => plan.TrustNames ? null : new AskedNames(plan.There);

    /// <exception cref="ProtocolException">The path was not requested.</exception>
    public void Check(string path)
    {
        var slash = path.IndexOf('/', StringComparison.Ordinal);
        var first = slash < 0 ? path : path[..slash];
        if (first != _last && !_isForContents && !Include(first))
        {
            throw new ProtocolException($"{RawText.Printable(path)}: was not requested");
        }

        _last = first;
    }

    private bool Include(string name) =>
        _asked.Names.Any(pattern => Glob.Expand(pattern).Any(one => Fits(one.TrimEnd('/'), name)) || Paths.NameOf(pattern.TrimEnd('/')) == name);

    private static bool Fits(string pattern, string name)
    {
        var last = Paths.NameOf(pattern);
        return last is "" or "." ? name.Length == 0
            : pattern.StartsWith('~') && last == pattern ? name.Length > 0 // only the remote host knows the name of a home directory
            : Glob.IsMatch(last, name);
    }
}
