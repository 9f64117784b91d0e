using Pipe.Protocol;

namespace Pipe.Engine;

/// <summary>The demands of a sink that is filled on demand.</summary>
internal interface IDemands
{
    /// <summary>Attaches the first channel to the sender, or its replacement, and repeats every unanswered demand over it.</summary>
    /// <param name="send">Called from any thread; does not throw.</param>
    void Attach(Action<Demand> send);
}
