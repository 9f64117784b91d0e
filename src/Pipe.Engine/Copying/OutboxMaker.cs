namespace Pipe.Engine;

/// <summary>Makes the outbox of a source that shares its blocks with other copies.</summary>
/// <param name="block">Block size in bytes.</param>
/// <param name="window">See <see cref="Outbox"/>.</param>
/// <param name="failed">Called when the copy cannot continue.</param>
internal delegate Outbox OutboxMaker(int block, int window, Action<Exception> failed);
