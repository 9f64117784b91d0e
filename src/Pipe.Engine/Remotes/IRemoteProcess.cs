using System.Net;
using Pipe.Linux;

namespace Pipe.Engine;

/// <summary>The local process that connects to the program at the other end.</summary>
internal interface IRemoteProcess : IDisposable
{
    /// <summary>The program's input. Owned by the control channel.</summary>
    Fd Input { get; }

    /// <summary>The program's output. Owned by the control channel.</summary>
    Fd Output { get; }

    /// <summary>Completes once all standard error output of the process has been forwarded.</summary>
    Task<RemoteExit> Exit { get; }

    /// <summary>The last line of its standard error, if an observer takes the lines.</summary>
    string LastError => "";

    /// <summary>The address of the other end, if the launcher knows it more precisely than by name.</summary>
    IPAddress? PeerAddress { get; }

    /// <summary>Forwards the standard error output received so far.</summary>
    Task FlushAsync();

    /// <summary>Continues the process if a signal to the whole job has stopped it.</summary>
    void Continue();

    /// <summary>Ends the process if it still runs. Processes that it has left running on purpose continue.</summary>
    void Terminate();
}
