namespace Pipe.Protocol;

/// <summary>How the two sides of a comparison differ. The numbers are on the wire, as the mode of an entry.</summary>
internal enum Difference
{
    /// <summary>The target lacks the member.</summary>
    Missing = 1,

    /// <summary>The target's member differs.</summary>
    Changed = 2,

    /// <summary>Only the target has the member.</summary>
    Extra = 3,
}
