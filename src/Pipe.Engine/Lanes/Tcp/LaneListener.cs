using System.Net;
using Pipe.Linux;
using Pipe.Protocol;

namespace Pipe.Engine;

/// <summary>
/// Accepts data connections and admits those that prove knowledge of the secret. One thread serves all of them without blocking on any; a connection
/// that is slow, silent or wrong is closed to make room for the next.
/// </summary>
internal sealed class LaneListener : IDisposable
{
    private readonly TcpSocket _socket;
    private readonly LaneKey _key;
    private readonly Action<TcpLane> _joined;
    private readonly Wake _wake = new();
    private readonly ManualResetEventSlim _closed = new();
    private readonly List<PendingLane> _applicants = [];

    /// <param name="address">The address to listen on.</param>
    /// <param name="ports">The ports to choose from.</param>
    /// <param name="buffer">Socket buffer in bytes; 0 for the kernel's choice.</param>
    /// <param name="key">The secret that a connection must prove.</param>
    /// <param name="joined">Called with each lane, on the listener's thread.</param>
    /// <exception cref="LinuxException">No port is free.</exception>
    public LaneListener(IPAddress address, PortRange ports, int buffer, LaneKey key, Action<TcpLane> joined)
    {
        _socket = TcpSocket.Listen(address, ports.Low, ports.High, buffer);
        _key = key;
        _joined = joined;
        Port = _socket.LocalPort();
        DataThread.Start("listen", Run);
    }

    public int Port { get; }

    /// <summary>Stops listening; the port is free when this returns. Not for the listener's own thread.</summary>
    public void Dispose()
    {
        _wake.Signal();
        _closed.Wait();
    }

    private void Run()
    {
        var watch = new PollSet();
        while (true)
        {
            watch.Clear();
            watch.Add(_wake);
            watch.Add(_socket.Fd);
            foreach (var applicant in _applicants)
            {
                watch.Add(applicant.Socket.Fd);
            }

            watch.Wait(_applicants.Count == 0 ? -1 : 1000);
            if (_wake.IsSignalled)
            {
                break;
            }

            Serve(watch);
            if (watch.IsReady(1))
            {
                TakeNew();
            }
        }

        _socket.Dispose();
        _applicants.ForEach(applicant => applicant.Socket.Dispose());
        _wake.Dispose();
        _closed.Set();
    }

    private void Serve(PollSet watch)
    {
        const int firstApplicant = 2;
        for (var i = _applicants.Count - 1; i >= 0; i--)
        {
            var applicant = _applicants[i];
            var verdict = watch.IsReady(i + firstApplicant) ? applicant.Advance(_key) : PendingLane.Verdict.Pending;
            if (verdict == PendingLane.Verdict.Pending && !applicant.IsOverdue)
            {
                continue;
            }

            _applicants.RemoveAt(i);
            if (verdict == PendingLane.Verdict.Proven)
            {
                _joined(applicant.Lane!);
            }
            else
            {
                applicant.Socket.Dispose();
            }
        }
    }

    private void TakeNew()
    {
        while (_socket.TryAccept() is { } socket)
        {
            if (_applicants.Count == Limits.MaxUnproven)
            {
                MakeRoom();
            }

            _applicants.Add(new PendingLane(socket));
        }
    }

    /// <summary>
    /// Closes a random connection that has not named the session; the oldest might be a genuine one whose hello is on its way. If there is none, closes
    /// one that has named the session: the session's name can be observed on the network, and an attacker who knows only the name must not occupy all
    /// places.
    /// </summary>
    private void MakeRoom()
    {
        var start = Random.Shared.Next(_applicants.Count);
        var order = Enumerable.Range(0, _applicants.Count).Select(i => (start + i) % _applicants.Count);
        var one = order.FirstOrDefault(i => !_applicants[i].IsExpected, start);
        _applicants[one].Socket.Dispose();
        _applicants.RemoveAt(one);
    }
}
