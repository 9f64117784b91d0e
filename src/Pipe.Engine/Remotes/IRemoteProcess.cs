using System.Net;
using Pipe.Linux;

namespace Pipe.Engine;

/// <summary>The process that leads to the program at the other end.</summary>
internal interface IRemoteProcess : IDisposable
{
    /// <summary>To the program. The control channel owns it.</summary>
    Fd Input { get; }

    /// <summary>From the program. The control channel owns it.</summary>
    Fd Output { get; }

    /// <summary>Completes once what the process said to standard error has come through.</summary>
    Task<RemoteExit> Exit { get; }

    /// <summary>Where the other end is, if the launcher knows better than its name does.</summary>
    IPAddress? PeerAddress { get; }

    /// <summary>Passes on what has come to standard error so far.</summary>
    Task FlushAsync();

    /// <summary>Ends it if it still runs. What it has left running on purpose is left alone.</summary>
    void Terminate();
}
