using Pipe.Engine;
using Pipe.Protocol;

namespace Pipe.Trees;

/// <summary>The target of a comparison: nothing is written; the sender names what differs.</summary>
/// <param name="tree">The target.</param>
/// <param name="tally">Counts what differs.</param>
/// <param name="observer">Is told what differs, where the sender cannot say it itself; null where it can.</param>
/// <param name="host">What messages call the sender.</param>
/// <param name="asked">What may come; null where the sender is trusted.</param>
internal sealed class ComparingSink(Resource tree, Tally tally, IObserver? observer, string host, AskedNames? asked = null) : ISink
{
    private readonly Landing _landing = Landing.At(tree, asked);

    public bool IsOrdered => false;

    public IInventory Inventory(string[] names) =>
        new InventoryTaker(_landing.RootsOf(names), tree.Excludes, tree.Flags.HasFlag(TreeFlags.Resume) && !tree.Flags.HasFlag(TreeFlags.Quick))
        {
            Looks = new Looks(tree.Flags),
            Beneath = path => _landing.Folder.FindBeneath(_landing.PathOf(path)),
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
                case EntryKind.Trouble:
                    Complain(RawText.Decode(entry.Text));
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
        // Nor is there anything to take back.
    }

    public void Dispose() => _landing.Dispose();

    private void Differ(Difference difference, string path, Aspects aspects)
    {
        if (observer is not null)
        {
            tally.Differ(aspects);
            observer.Differs(difference, path, aspects);
        }
    }

    private void Complain(string text)
    {
        if (observer is not null)
        {
            tally.Fail();
            observer.Trouble($"{host}: {text}");
        }
    }
}
