using Pipe.Protocol;

namespace Pipe.Engine;

/// <summary>
/// Accepts the lanes of one session and passes authenticated ones to <see cref="LaneTerms.Joined"/>. Dispose stops listening and frees the port.
/// </summary>
internal interface ILaneAcceptor : IDisposable
{
    /// <summary>Listens, and returns the addresses to announce.</summary>
    /// <exception cref="Failure">No port is free.</exception>
    Listening Open();
}
