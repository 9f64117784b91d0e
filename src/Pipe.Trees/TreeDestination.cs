using Pipe.Engine;
using Pipe.Linux;
using Pipe.Protocol;

namespace Pipe.Trees;

/// <summary>
/// The destination of a tree: an existing directory, which takes members under their own names; otherwise the given name itself, for a single source.
/// </summary>
internal sealed class TreeDestination : IDisposable
{
    private readonly string _target;
    private readonly string? _newName;
    private readonly AskedNames? _asked;
    private readonly bool _isFlat;
    private readonly bool _isMissing;
    private string? _first;

    private TreeDestination(Resource tree, AskedNames? asked)
    {
        _asked = asked;
        _isFlat = !tree.Flags.HasFlag(TreeFlags.Recurse);
        var target = Paths.Join(tree.Directory, tree.Text.Length == 0 ? "." : tree.Text);
        _target = HomeFolder.Expand(target) ?? throw new Failure(ExitCode.Objects, TreeRoots.NoHome(target), $"what is called so is reached as ./{target}");
        var status = FileStatus.Of(_target);
        if (status is { IsDirectory: true })
        {
            Folder = Folder.Open(_target);
            return;
        }

        // Several files create the target directory, unless the target was written as an existing one.
        var isMade = tree.Flags.HasFlag(TreeFlags.Contents) || (tree.Flags.HasFlag(TreeFlags.Inside) && status is null && !_target.EndsWith('/'));
        if (isMade && !tree.Flags.HasFlag(TreeFlags.Compare))
        {
            (Folder, IsMade) = Make(_target.TrimEnd('/'));
            return;
        }

        // A comparison creates nothing, and finds nothing in a missing directory.
        _isMissing = isMade && status is null;
        if (!_isMissing && tree.Flags.HasFlag(TreeFlags.Inside) && (status is not null || !_target.EndsWith('/') || _isFlat))
        {
            throw new LinuxException("open", _target, status is null ? Errno.NoEntry : Errno.NotDirectory);
        }

        // Replaces the file that a link points to, not the link.
        var place = status is null ? _target.TrimEnd('/') : Paths.Resolve(_target) ?? _target;
        if (status is null && FileStatus.OfName(place) is { IsLink: true })
        {
            throw new Failure(ExitCode.Objects, $"{place}: is a symbolic link to nothing", "make what it points to, or remove the link");
        }

        if (status is { IsRegular: false } && !tree.Flags.HasFlag(TreeFlags.Compare))
        {
            Device = Fd.Open(_target, OpenFlags.WriteOnly | OpenFlags.NoTerminal);
        }

        Folder = Folder.Open(Paths.DirectoryOf(place));
        _newName = Paths.NameOf(place);
    }

    /// <param name="tree">The target.</param>
    /// <param name="asked">The requested names; null if the sender is trusted.</param>
    /// <exception cref="Failure">The target cannot take the tree.</exception>
    public static TreeDestination At(Resource tree, AskedNames? asked)
    {
        try
        {
            return new TreeDestination(tree, asked);
        }
        catch (LinuxException e)
        {
            throw ObjectFailure.Of(e);
        }
    }

    /// <summary>The name of the single source below <see cref="Folder"/>; null if sources go into the target.</summary>
    public string? NewName => _newName;

    /// <summary>The directory that contains everything.</summary>
    public Folder Folder { get; }

    /// <summary>Whether the directory was created by this copy, and is still private.</summary>
    public bool IsMade { get; }

    /// <summary>The target if it is neither a regular file nor a directory; the single file is written into it.</summary>
    public Fd? Device { get; }

    /// <summary>The path below <see cref="Folder"/> for a sender's path.</summary>
    /// <exception cref="ProtocolException">The path was not requested.</exception>
    /// <exception cref="Failure">The target is a single file, and this is a second one.</exception>
    public string PathOf(string path)
    {
        var slash = path.IndexOf('/', StringComparison.Ordinal);
        Check(path, slash < 0 ? path : path[..slash]);
        return _newName is null ? path : slash < 0 ? _newName : _newName + path[slash..];
    }

    /// <summary>The roots to scan for existing contents.</summary>
    public IEnumerable<TreeRoot> RootsOf(string[] names) => _isMissing ? []
        : names.Select(name => new TreeRoot(Paths.Join(Folder.Name, PathOf(name) is { Length: > 0 } path ? path : "."), name));

    public void Dispose()
    {
        Folder?.Dispose();
        Device?.Dispose();
    }

    private static (Folder Folder, bool IsMade) Make(string path)
    {
        using var above = Folder.Open(Paths.DirectoryOf(path));
        const uint ours = 0x1C0; // rwx------
        var isMade = above.TryMake(Paths.NameOf(path), ours);
        return (Folder.Open(path), isMade);
    }

    private void Check(string path, string first)
    {
        _asked?.Check(path);
        if (_isFlat && first.Length != path.Length)
        {
            throw new ProtocolException($"{RawText.Printable(path)}: a directory, and none was asked for");
        }

        if (_newName is not null && Interlocked.CompareExchange(ref _first, first, null) is { } earlier && earlier != first)
        {
            throw new Failure(ExitCode.Objects, $"{_target}: not a directory", "several files need a directory to go into");
        }
    }
}
