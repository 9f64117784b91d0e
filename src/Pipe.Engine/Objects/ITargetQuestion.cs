namespace Pipe.Engine;

/// <summary>What a source has to know of the target before it can say what is to be sent.</summary>
internal interface ITargetQuestion
{
    /// <summary>Names that the target is to look for, with NULs between them.</summary>
    string Names { get; }

    /// <summary>The last entry of the answer has come.</summary>
    bool IsAnswered { get; }

    /// <summary>It is asked, or asked once more: what has come of an answer does not count.</summary>
    void Ask();

    /// <summary>A part of the answer, the last one without entries; false if the answer was complete before.</summary>
    bool TryAdd(ReadOnlySpan<byte> entries);
}
