using Pipe.Engine;
using Pipe.Linux;
using Pipe.Protocol;

namespace Pipe.Trees;

/// <summary>
/// Scans a tree ahead of the copy for the progress meter: counts files and bytes. Skips what it cannot read, which the copy will report. One thread;
/// looks only at names and sizes.
/// </summary>
/// <param name="tree">The tree to be read.</param>
internal sealed class TreeScanner(Resource tree) : IDisposable
{
    private readonly Stack<FolderCursor> _folders = new();
    private readonly HashSet<(ulong Device, ulong Inode)> _linked = [];
    private volatile bool _isAborted;
    private long _files;
    private long _bytes;
    private long _occupied;

    private bool KeepsLinks => (tree.Flags & (TreeFlags.All | TreeFlags.Links)) != 0;

    /// <summary>Starts a scan on its own thread.</summary>
    /// <param name="tree">The tree to be read.</param>
    /// <param name="told">Called with the result, unless the scan is disposed before it ends.</param>
    public static TreeScanner Start(Resource tree, Action<SourceCount> told)
    {
        var scanner = new TreeScanner(tree);
        DataThread.Start("scan", () =>
        {
            try
            {
                if (scanner.Run() is { } total)
                {
                    told(total);
                }
            }
            catch (Failure)
            {
                // The copy fails with the same error.
            }
        });
        return scanner;
    }

    /// <summary>Null if the scan was disposed before its end.</summary>
    public SourceCount? Run()
    {
        foreach (var root in TreeRoots.Find(tree).Where(root => root.Fault.Length == 0))
        {
            IgnoreErrors(() => Begin(root));
            while (!_isAborted && _folders.TryPeek(out var folder))
            {
                IgnoreErrors(() => GoOn(folder));
            }
        }

        while (_folders.TryPop(out var left))
        {
            left.Dispose();
        }

        return _isAborted ? null : new SourceCount(_files, _bytes, _occupied);
    }

    public void Dispose() => _isAborted = true;

    private void Begin(TreeRoot root)
    {
        var path = root.Path.TrimEnd('/');
        var folder = path.Length == 0 ? Folder.Open("/") : Folder.Open(Paths.DirectoryOf(path));
        var top = new SourceFolder(folder, "", FileStatus.Of(folder.Fd), null);
        var name = Paths.NameOf(path);
        Look(new Step.Member(top, name.Length == 0 ? "." : name, root.Name, MemberType.Unknown), mustFollow: !KeepsLinks || root.Path.EndsWith('/'));
    }

    private void GoOn(FolderCursor cursor)
    {
        if (!cursor.TryNext(out var step))
        {
            _folders.Pop().Dispose();
        }
        else if (step is Step.Member member)
        {
            Look(member, mustFollow: !KeepsLinks);
        }
    }

    private void Look(Step.Member member, bool mustFollow)
    {
        try
        {
            if (member.Folder.Folder.Status(member.Name, mustFollow) is { } status)
            {
                Count(member, status);
            }
        }
        finally
        {
            member.Folder.LetGo();
        }
    }

    private void Count(Step.Member member, in FileStatus status)
    {
        if (status.IsDirectory)
        {
            Enter(member);
        }
        else if (status.IsRegular || KeepsLinks)
        {
            var isSecondName = tree.Flags.HasFlag(TreeFlags.All) && status.Links > 1 && !_linked.Add((status.Device, status.Inode));
            _files++;
            if (status.IsRegular && !isSecondName)
            {
                _bytes += status.Size;
                _occupied += Math.Min(status.Size, status.Blocks * FileStatus.BlockSize);
            }
        }
    }

    private void Enter(Step.Member member)
    {
        if (!tree.Flags.HasFlag(TreeFlags.Recurse))
        {
            return;
        }

        using var handle = new Handle(member.Folder.Folder.OpenMember(member.Name, OpenFlags.ReadOnly | OpenFlags.Directory));
        var folder = new SourceFolder(new Folder(handle.Fd), member.Path, FileStatus.Of(handle.Fd), member.Folder);
        if (!folder.IsLoop && !folder.IsElsewhere(tree.Flags))
        {
            var cursor = new FolderCursor(folder, tree.Excludes);
            handle.Keep();
            _folders.Push(cursor);
        }
    }

    private static void IgnoreErrors(Action work)
    {
        try
        {
            work();
        }
        catch (LinuxException)
        {
            // The copy meets the same error.
        }
    }
}
