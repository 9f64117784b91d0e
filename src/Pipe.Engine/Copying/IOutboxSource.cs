namespace Pipe.Engine;

/// <summary>A source that knows best how its blocks are made: it shares them with other copies.</summary>
internal interface IOutboxSource : ISource
{
    /// <param name="block">Bytes of a block.</param>
    /// <param name="window">See <see cref="Outbox"/>.</param>
    /// <param name="failed">Called when the copy cannot go on.</param>
    Outbox MakeOutbox(int block, int window, Action<Exception> failed);
}
