using Pipe.Engine;
using Pipe.Linux;
using Pipe.Protocol;

namespace Pipe.Trees;

/// <summary>The names that an untrusted sender may send: those that were requested.</summary>
internal sealed class AskedNames
{
    private readonly Asked[] _asked;
    private readonly bool _isForContents;

    /// <summary>The first component of the last valid name: members of one source arrive in a row.</summary>
    private volatile string? _last;

    /// <param name="asked">The source requested from the sender.</param>
    public AskedNames(Resource asked)
    {
        _asked = [.. asked.Names.Select(static pattern => new Asked(pattern))];
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

    private bool Include(string name) => Array.Exists(_asked, asked => asked.Includes(name));

    /// <summary>One requested name or pattern.</summary>
    private sealed class Asked(string pattern)
    {
        private readonly string _name = Paths.NameOf(pattern.TrimEnd('/'));
        private readonly string[] _leaves = [.. Braces.Expand(pattern).Select(static one => one.TrimEnd('/')).Select(static one => IsHome(one) ? one : Paths.NameOf(one))];

        /// <summary>The name of the home directory, which only the remote host knows: the first that it sends.</summary>
        private string? _home;

        public bool Includes(string name) => _name == name || Array.Exists(_leaves, leaf => Fits(leaf, name));

        private bool Fits(string leaf, string name) => leaf is "" or "." or ".." ? name.Length == 0
            : IsHome(leaf) ? name.Length > 0 && (Interlocked.CompareExchange(ref _home, name, null) ?? name) == name
            : name.Length > 0 && Glob.IsName(leaf, name);

        private static bool IsHome(string path) => path.StartsWith('~') && !path.Contains('/', StringComparison.Ordinal);
    }
}
