namespace Pipe.Engine;

/// <summary>What a target has already, as the entries of Have messages. Read by several threads at once.</summary>
internal interface IInventory : IDisposable
{
    /// <summary>After the last entry: nothing was left out.</summary>
    bool IsWhole { get; }

    /// <summary>Whole entries; 0 at the end, or once aborted.</summary>
    int Read(Span<byte> buffer);

    /// <summary>The entries are no longer wanted. Any thread, any time.</summary>
    void Abort();
}
