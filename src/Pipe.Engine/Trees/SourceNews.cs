using Pipe.Protocol;

namespace Pipe.Engine;

/// <summary>
/// What there is to say of a tree that is read. The side that watches says it itself; in any case it goes to the other side too, which
/// has to drop what it has of such a file.
/// </summary>
/// <param name="tally">Null on the side that nobody watches.</param>
/// <param name="observer">Null there too.</param>
internal sealed class SourceNews(Tally? tally, IObserver? observer)
{
    private const string SeveralChanged = "several files changed while they were read";
    private string? _unsaid;

    /// <summary>For the one who watches the other side: something that no entry says.</summary>
    public string Remark => _unsaid ?? "";

    /// <summary>The target has this block.</summary>
    public void Delivered(ReadOnlySpan<byte> block) => tally?.Tree.Take(block);

    /// <summary>The target has so much of a file that it was only compared with.</summary>
    public void Compared(scoped in TreeEntry entry) => tally?.Tree.Take(entry);

    /// <summary>Something to know that is nobody's fault.</summary>
    public void Warn(string text) => observer?.Warning(text);

    /// <summary>Something to know, though what was read is sent.</summary>
    public void Changed(string cause)
    {
        Complain(cause);
        if (observer is null && Interlocked.CompareExchange(ref _unsaid, cause, null) is not null)
        {
            _unsaid = SeveralChanged;
        }
    }

    /// <summary>A member cannot be read; false if the pack has no room to say so.</summary>
    public bool TryComplain(ref Pack pack, string path, string cause)
    {
        var text = RawText.Encode(cause);
        var entry = new TreeEntry { Kind = EntryKind.Trouble, Path = RawText.Encode(path), Text = text.AsSpan(0, Math.Min(text.Length, Limits.MaxPath)) };
        if (!pack.Fits(entry, 0))
        {
            return false;
        }

        pack.Add(entry);
        Complain(cause);
        return true;
    }

    /// <summary>The two sides differ; false if the pack has no room to say so.</summary>
    public bool TryDiffer(ref Pack pack, string path, Difference difference)
    {
        if (observer is not null)
        {
            observer.Differs(difference, path);
            tally?.Differ();
            return true;
        }

        var entry = new TreeEntry { Kind = EntryKind.Difference, Path = RawText.Encode(path), Mode = (int)difference };
        if (!pack.Fits(entry, 0))
        {
            return false;
        }

        pack.Add(entry);
        return true;
    }

    private void Complain(string cause)
    {
        observer?.Trouble(cause);
        tally?.Fail();
    }
}
