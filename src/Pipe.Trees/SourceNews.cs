using Pipe.Engine;
using Pipe.Protocol;

namespace Pipe.Trees;

/// <summary>
/// What there is to say of a tree that is read. The side that watches says it itself; in any case it goes to the other side too, which
/// has to drop what it has of such a file.
/// </summary>
/// <param name="tally">Null on the side that nobody watches.</param>
/// <param name="observer">Null there too.</param>
internal sealed class SourceNews(Tally? tally, IObserver? observer)
{
    private volatile bool _isIncomplete;

    /// <summary>Something could not be read, changed while it was read, or cannot be written.</summary>
    public bool IsIncomplete => _isIncomplete;

    /// <summary>The target has this block.</summary>
    public void Delivered(ReadOnlySpan<byte> block) => tally?.Tree.Take(block);

    /// <summary>The target has so much of a file that it was only compared with.</summary>
    public void Compared(scoped in TreeEntry entry) => tally?.Tree.Take(entry);

    /// <summary>Something to know that is nobody's fault.</summary>
    public void Warn(string text) => observer?.Warning(text);

    /// <summary>A member, or part of one, cannot be read; false if the pack has no room to say so.</summary>
    public bool TryComplain(ref Pack pack, Step.Trouble trouble) =>
        TryComplain(ref pack, trouble.Path, trouble.Cause, trouble.IsOfPart ? EntryMark.Lessened : EntryMark.None, 0);

    /// <summary>A member cannot be read; false if the pack has no room to say so.</summary>
    public bool TryComplain(ref Pack pack, string path, string cause) => TryComplain(ref pack, path, cause, EntryMark.None, 0);

    /// <summary>A file has changed while it was read, and its last piece follows; false if the pack has no room for both.</summary>
    /// <param name="pack">Where to say so.</param>
    /// <param name="path">Below the top of the tree.</param>
    /// <param name="name">As messages have it.</param>
    /// <param name="room">What the piece takes at least.</param>
    public bool TryTear(ref Pack pack, string path, string name, long room) =>
        TryComplain(ref pack, path, $"{name}: the file changed while it was read", EntryMark.Torn, room);

    private bool TryComplain(ref Pack pack, string path, string cause, long mark, long room)
    {
        var text = RawText.Encode(cause);
        var entry = new TreeEntry { Kind = EntryKind.Trouble, Path = RawText.Encode(path), Text = text.AsSpan(0, Math.Min(text.Length, Limits.MaxPath)), Size = mark };
        if (!pack.Fits(entry, room))
        {
            return false;
        }

        pack.Add(entry);
        Complain(cause);
        return true;
    }

    /// <summary>The two sides differ; false if the pack has no room to say so.</summary>
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

    private void Complain(string cause)
    {
        _isIncomplete = true;
        observer?.Trouble(cause);
        tally?.Fail();
    }
}
