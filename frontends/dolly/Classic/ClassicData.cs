namespace Pipe.Dolly;

/// <summary>The data connections between two classic machines, which take turns, a block each. A single one has no turns.</summary>
/// <param name="block">Size of a block in bytes.</param>
internal sealed class ClassicData(int block) : IDisposable
{
    private int _turn;
    private int _filled;

    /// <summary>The connections, in the order of their numbers.</summary>
    public List<ClassicLink> Links { get; } = [];

    /// <summary>The connection whose turn it is.</summary>
    public ClassicLink Current => Links[_turn];

    /// <summary>The number of bytes, out of <paramref name="count"/>, that the current connection carries in this turn.</summary>
    public int Share(int count) => Links.Count == 1 ? count : Math.Min(count, block - _filled);

    /// <summary>Called with the number of bytes that the current connection has moved.</summary>
    public void Moved(int count)
    {
        _filled += count;
        if (Links.Count > 1 && _filled == block)
        {
            (_turn, _filled) = ((_turn + 1) % Links.Count, 0);
        }
    }

    public void Dispose() => Links.ForEach(static link => link.Dispose());
}
