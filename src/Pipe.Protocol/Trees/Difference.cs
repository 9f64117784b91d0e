namespace Pipe.Protocol;

/// <summary>How the two sides of a comparison differ. The numbers are on the wire, as the mode of an entry.</summary>
internal enum Difference
{
    /// <summary>The target does not have it.</summary>
    Missing = 1,

    /// <summary>The target has something else.</summary>
    Changed = 2,

    /// <summary>Only the target has it.</summary>
    Extra = 3,
}
