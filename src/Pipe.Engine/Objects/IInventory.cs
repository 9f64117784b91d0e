namespace Pipe.Engine;

/// <summary>The present contents of a target, as the entries of Have messages. Several threads may read it at once.</summary>
internal interface IInventory : IDisposable
{
    /// <summary>After the last entry: whether nothing was omitted.</summary>
    bool IsWhole { get; }

    /// <summary>Reads whole entries; 0 at the end, or once aborted.</summary>
    int Read(Span<byte> buffer);

    /// <summary>The entries are no longer wanted. Any thread, any time.</summary>
    void Abort();
}
