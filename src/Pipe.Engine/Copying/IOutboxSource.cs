namespace Pipe.Engine;

/// <summary>A source that makes its own outbox, because it shares blocks with other copies.</summary>
internal interface IOutboxSource : ISource
{
    /// <param name="block">Block size in bytes.</param>
    /// <param name="window">See <see cref="Outbox"/>.</param>
    /// <param name="failed">Called when the copy cannot continue.</param>
    Outbox MakeOutbox(int block, int window, Action<Exception> failed);
}
