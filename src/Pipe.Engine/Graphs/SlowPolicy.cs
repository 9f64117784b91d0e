namespace Pipe.Engine;

/// <summary>The treatment of a copy that lags so far behind that the memory for blocks is full.</summary>
internal enum SlowAction
{
    /// <summary>The copy reads evicted blocks again.</summary>
    Reread,

    /// <summary>The other copies wait for it.</summary>
    Wait,

    /// <summary>The copy is dropped.</summary>
    Drop,
}

/// <param name="Action">The action.</param>
/// <param name="Seconds">For Drop: how long the others wait; 0 if <paramref name="Percent"/> decides.</param>
/// <param name="Percent">For Drop: the share of the median copy's progress that is enough to stay.</param>
internal readonly record struct SlowPolicy(SlowAction Action, int Seconds = 0, int Percent = 0);
