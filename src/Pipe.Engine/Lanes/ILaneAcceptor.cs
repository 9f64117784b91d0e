using Pipe.Protocol;

namespace Pipe.Engine;

/// <summary>Waits for the lanes of one session and passes those that have proven themselves to <see cref="LaneTerms.Joined"/>. Disposed, it waits no more and its port is free.</summary>
internal interface ILaneAcceptor : IDisposable
{
    /// <summary>Listens, and says where.</summary>
    /// <exception cref="Failure">It cannot listen: no port is free.</exception>
    Listening Open();
}
