namespace Pipe.Engine;

/// <summary>
/// One side's look at how the data connections do: taken when the first one is there, and then again and again, to the end of the
/// session. Part of the session's thread of control.
/// </summary>
internal interface ILookout
{
    /// <summary>Looks, and does what there is to be done about it. Returns the time until the next look.</summary>
    TimeSpan Look();
}
