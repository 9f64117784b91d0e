using Pipe.Engine;
using Pipe.Protocol;

namespace Pipe.Trees;

/// <summary>
/// Reports errors and differences found while a tree is read. The side with the observer reports them directly; errors also go to the other side, which
/// has to drop its data of such a file.
/// </summary>
/// <param name="tally">Null on the side without an observer.</param>
/// <param name="observer">Null on the side without an observer.</param>
internal sealed class SourceNews(Tally? tally, IObserver? observer)
{
    private volatile bool _isIncomplete;

    /// <summary>Whether a member could not be read, changed while it was read, or cannot be written.</summary>
    public bool IsIncomplete => _isIncomplete;

    /// <summary>Counts a block that the target has.</summary>
    public void Delivered(ReadOnlySpan<byte> block) => tally?.Tree.Take(block);

    /// <summary>Counts a part of a file that was only compared with the target.</summary>
    public void Compared(scoped in TreeEntry entry) => tally?.Tree.Take(entry);

    /// <summary>Reports a condition that is not an error.</summary>
    public void Warn(string text) => observer?.Warning(text);

    /// <summary>Reports a member, or part of one, that cannot be read; false if the pack has no room for the report.</summary>
    public bool TryReport(ref Pack pack, Step.ItemError itemError) =>
        TryReport(ref pack, itemError.Path, itemError.Cause, itemError.IsOfPart ? EntryMark.Lessened : EntryMark.None, 0);

    /// <summary>Reports a member that cannot be read; false if the pack has no room for the report.</summary>
    public bool TryReport(ref Pack pack, string path, string cause) => TryReport(ref pack, path, cause, EntryMark.None, 0);

    /// <summary>Reports a file that changed while it was read, before its last piece; false if the pack has no room for both.</summary>
    /// <param name="pack">Takes the report.</param>
    /// <param name="path">The path below the top of the tree.</param>
    /// <param name="name">The name in messages.</param>
    /// <param name="room">The room that the piece needs.</param>
    public bool TryTear(ref Pack pack, string path, string name, long room) =>
        TryReport(ref pack, path, $"{name}: the file changed while it was read", EntryMark.Torn, room);

    private bool TryReport(ref Pack pack, string path, string cause, long mark, long room)
    {
        var text = RawText.Encode(cause);
        var entry = new TreeEntry { Kind = EntryKind.Error, Path = RawText.Encode(path), Text = text.AsSpan(0, Math.Min(text.Length, Limits.MaxPath)), Size = mark };
        if (!pack.Fits(entry, room))
        {
            return false;
        }

        pack.Add(entry);
        ReportError(cause);
        return true;
    }

    /// <summary>Reports a difference between the two sides; false if the pack has no room for the report.</summary>
    public bool TryDiffer(ref Pack pack, string path, Difference difference, Aspects aspects = Aspects.None)
    {
        if (aspects.HasFlag(Aspects.Kind))
        {
            _isIncomplete = true;
        }

        if (observer is not null)
        {
            observer.Differs(difference, path, aspects);
            tally?.Differ(aspects);
            return true;
        }

        var entry = new TreeEntry { Kind = EntryKind.Difference, Path = RawText.Encode(path), Mode = (int)difference, Size = (long)aspects };
        if (!pack.Fits(entry, 0))
        {
            return false;
        }

        pack.Add(entry);
        return true;
    }

    private void ReportError(string cause)
    {
        _isIncomplete = true;
        observer?.ItemError(cause);
        tally?.Fail();
    }
}
