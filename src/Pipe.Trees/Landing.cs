using Pipe.Engine;
using Pipe.Linux;
using Pipe.Protocol;

namespace Pipe.Trees;

/// <summary>
/// Where a tree goes: into a directory that is there, under its own names; else to the name that was given, if it is one thing.
/// </summary>
internal sealed class Landing : IDisposable
{
    private readonly string _target;
    private readonly string? _newName;
    private readonly AskedNames? _asked;
    private readonly bool _isFlat;
    private readonly bool _isMissing;
    private string? _first;

    private Landing(Resource tree, AskedNames? asked)
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

        // Several files make a directory for themselves, unless it was written as one that is there.
        var isMade = tree.Flags.HasFlag(TreeFlags.Contents) || (tree.Flags.HasFlag(TreeFlags.Inside) && status is null && !_target.EndsWith('/'));
        if (isMade && !tree.Flags.HasFlag(TreeFlags.Compare))
        {
            (Folder, IsMade) = Make(_target.TrimEnd('/'));
            return;
        }

        // Who compares makes nothing, and finds nothing there.
        _isMissing = isMade && status is null;
        if (!_isMissing && tree.Flags.HasFlag(TreeFlags.Inside) && (status is not null || !_target.EndsWith('/') || _isFlat))
        {
            throw new LinuxException("open", _target, status is null ? Errno.NoEntry : Errno.NotDirectory);
        }

        // What a link leads to is replaced, not the link.
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
    /// <param name="asked">What may come; null where the sender is trusted.</param>
    /// <exception cref="Failure">There is no place for it.</exception>
    public static Landing At(Resource tree, AskedNames? asked)
    {
        try
        {
            return new Landing(tree, asked);
        }
        catch (LinuxException e)
        {
            throw ObjectFailure.Of(e);
        }
    }

    /// <summary>What the one source is called below <see cref="Folder"/>; null if sources go into the target.</summary>
    public string? NewName => _newName;

    /// <summary>Below it lies everything.</summary>
    public Folder Folder { get; }

    /// <summary>It was not there before, and is open to nobody else so far.</summary>
    public bool IsMade { get; }

    /// <summary>The target is none of a file or directory, and the one file is written into it.</summary>
    public Fd? Device { get; }

    /// <summary>The path below <see cref="Folder"/> of what the sender calls like this.</summary>
    /// <exception cref="ProtocolException">It was not asked for.</exception>
    /// <exception cref="Failure">The target is one file, and this is a second.</exception>
    public string PathOf(string path)
    {
        var slash = path.IndexOf('/', StringComparison.Ordinal);
        Check(path, slash < 0 ? path : path[..slash]);
        return _newName is null ? path : slash < 0 ? _newName : _newName + path[slash..];
    }

    /// <summary>Where to look for what the target has already.</summary>
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
