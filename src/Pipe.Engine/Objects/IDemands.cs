using Pipe.Protocol;

namespace Pipe.Engine;

/// <summary>A sink that says which ranges it wants, and when.</summary>
internal interface IDemands
{
    /// <summary>There is a channel to the sender, the first one or another: all that was asked for and has not come is asked for again over it.</summary>
    /// <param name="say">Does not throw; from any thread.</param>
    void Speak(Action<Demand> say);
}
