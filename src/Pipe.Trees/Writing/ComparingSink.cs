using Pipe.Engine;
using Pipe.Protocol;

namespace Pipe.Trees;

/// <summary>The target of a comparison: writes nothing; the sender reports the differences.</summary>
/// <param name="tree">The target.</param>
/// <param name="tally">Counts the differences.</param>
/// <param name="observer">Receives the differences, if the sender cannot report them itself; otherwise null.</param>
/// <param name="host">The name of the sender in messages.</param>
/// <param name="asked">The requested names; null if the sender is trusted.</param>
internal sealed class ComparingSink(Resource tree, Tally tally, IObserver? observer, string host, AskedNames? asked = null) : ISink
{
    private readonly TreeDestination _destination = TreeDestination.At(tree, asked);

    public bool IsOrdered => false;

    public IInventory Inventory(string[] names) =>
        new TargetScanner(_destination.RootsOf(names), tree.Excludes, tree.Flags.HasFlag(TreeFlags.Resume) && !tree.Flags.HasFlag(TreeFlags.Quick))
        {
            ComparedMetadata = new ComparedMetadata(tree.Flags),
            Beneath = path => _destination.Folder.FindBeneath(_destination.PathOf(path)),
        };

    public void Write(ReadOnlySpan<byte> bytes, long offset)
    {
        while (!bytes.IsEmpty)
        {
            var entry = TreeEntry.Read(ref bytes);
            switch (entry.Kind)
            {
                case EntryKind.Difference when entry.Mode is >= (int)Difference.Missing and <= (int)Difference.Extra:
                    Differ((Difference)entry.Mode, RawText.Decode(entry.Path), (Aspects)entry.Size & Aspects.Known);
                    break;
                case EntryKind.Error:
                    ReportError(RawText.Decode(entry.Text));
                    break;
                default:
                    ProtocolException.Throw($"tree: a {entry.Kind}, and only differences were asked for");
                    break;
            }
        }
    }

    public void Hole(long offset, long length) => ProtocolException.Throw("tree: a block that is a hole");

    public void Commit(long size)
    {
        // Nothing was written.
    }

    public void Abort()
    {
        // No partial data to release or reclaim.
    }

    public void Dispose() => _destination.Dispose();

    private void Differ(Difference difference, string path, Aspects aspects)
    {
        if (observer is not null)
        {
            tally.Differ(aspects);
            observer.Differs(difference, path, aspects);
        }
    }

    private void ReportError(string text)
    {
        if (observer is not null)
        {
            tally.Fail();
            observer.ItemError($"{host}: {text}");
        }
    }
}
