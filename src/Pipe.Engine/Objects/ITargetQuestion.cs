namespace Pipe.Engine;

/// <summary>A source's question about the target, which it needs answered before it can decide what to send.</summary>
internal interface ITargetQuestion
{
    /// <summary>The names that the target is to look up, separated by NULs.</summary>
    string Names { get; }

    /// <summary>Whether the last entry of the answer has arrived.</summary>
    bool IsAnswered { get; }

    /// <summary>The question is sent, or sent again: any earlier part of an answer is discarded.</summary>
    void Ask();

    /// <summary>Takes a part of the answer; the last part has no entries. False if the answer was already complete.</summary>
    bool TryAdd(ReadOnlySpan<byte> entries);
}
