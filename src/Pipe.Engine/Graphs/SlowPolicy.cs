namespace Pipe.Engine;

/// <summary>What becomes of a copy that lags so far behind the others that the memory for blocks is full.</summary>
internal enum SlowAction
{
    /// <summary>It reads again what memory has no room for.</summary>
    Reread,

    /// <summary>The others wait for it.</summary>
    Wait,

    /// <summary>It is given up.</summary>
    Drop,
}

/// <param name="Action">What is done.</param>
/// <param name="Seconds">Of Drop: for so long the others wait; 0 if <paramref name="Percent"/> decides.</param>
/// <param name="Percent">Of Drop: so much of what the median copy has sent is enough to stay.</param>
internal readonly record struct SlowPolicy(SlowAction Action, int Seconds = 0, int Percent = 0);
