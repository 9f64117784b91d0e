using System.Net.Sockets;
using System.Text;
using Pipe.Engine;
using Pipe.Nbd;
using Pipe.Protocol;

namespace Pipe.Lazyclone;

/// <summary>Serves the control socket of a running clone, each command on its own thread.</summary>
internal sealed class ControlServer : IDisposable
{
    private const int Backlog = 16;
    private const int MostLine = 64 * 1024;
    private readonly CloneService _service;
    private readonly Action _finished;
    private readonly Listener _listener;
    private readonly string _path;
    private readonly object _lock = new();
    private volatile bool _isClosed;
    private int _running;

    /// <param name="service">The running clone.</param>
    /// <param name="path">The path of the socket.</param>
    /// <param name="finished">Called when the clone has been finished.</param>
    public ControlServer(CloneService service, string path, Action finished)
    {
        (_service, _path, _finished) = (service, path, finished);
        _listener = new Listener(LocalSocket.Listen(path, Backlog), Serve, "control");
    }

    /// <summary>Ends the commands that wait, and lets the others answer.</summary>
    public void Dispose()
    {
        const int mostMilliseconds = 5000;
        _isClosed = true;
        _listener.Dispose();
        File.Delete(_path);
        var deadline = Deadline.After(mostMilliseconds);
        lock (_lock)
        {
            while (_running > 0 && deadline.TryWait(_lock))
            {
                // Each command counts itself out.
            }
        }
    }

    private void Serve(Socket socket)
    {
        var isFinished = false;
        try
        {
            using var stream = new NetworkStream(socket, ownsSocket: true);
            using var reader = new StreamReader(stream, Encoding.UTF8, false, MostLine, leaveOpen: true);
            using var writer = new StreamWriter(stream) { AutoFlush = true };
            var words = ControlLine.Words(reader.ReadLine() ?? "");
            Count(1);
            try
            {
                isFinished = Answer(words, writer, () => _isClosed || socket.Poll(0, SelectMode.SelectRead));
            }
            finally
            {
                Count(-1);
            }
        }
        catch (IOException)
        {
            // The client has disconnected before the reply.
        }

        if (isFinished)
        {
            _finished();
        }
    }

    private void Count(int change)
    {
        lock (_lock)
        {
            _running += change;
            Monitor.PulseAll(_lock);
        }
    }

    /// <summary>Executes a command and writes its reply; true if it has finished the clone.</summary>
    private bool Answer(string[] words, StreamWriter to, Func<bool> isGone)
    {
        try
        {
            var isFinished = Carry(words, to, isGone);
            to.WriteLine(ControlLine.Done);
            return isFinished;
        }
        catch (Failure e)
        {
            to.WriteLine(ControlLine.Of(e));
        }
        catch (IOException e) when (e is CloneException or Linux.LinuxException)
        {
            to.WriteLine(ControlLine.Of(new Failure(ExitCode.Objects, e.Message)));
        }

        return false;
    }

    private bool Carry(string[] words, StreamWriter to, Func<bool> isGone)
    {
        switch (words[0])
        {
            case "status":
                to.WriteLine(ControlLine.Text + (words.Length > 1 ? StatusJson.Of(_service.Figures) : _service.Status()));
                return false;
            case "message":
                _service.Message(words[1..]);
                return false;
            case "wait":
                Wait(words[1], isGone);
                return false;
            case "warm":
                _service.Warm(words[1..].Select(static range => ByteRange.Parse("--range", range)), isGone);
                return false;
            case "finish":
                return _service.Finish(isGone) ? true : throw new Failure(ExitCode.Objects, "the clone cannot be finished", "lazyclone status shows its mode");
            default:
                throw new Failure(ExitCode.Protocol, $"{words[0]}: no such command");
        }
    }

    private void Wait(string name, Func<bool> isGone)
    {
        const int look = 500;
        var what = CloneEvents.Named(name)
            ?? throw new Failure(ExitCode.Usage, $"--event: {name}: no such event", $"there are {string.Join(", ", Enum.GetValues<CloneEvent>().Select(CloneEvents.NameOf))}");

        var seen = _service.Events.CountOf(what);
        if (_service.Is(what))
        {
            return;
        }

        while (!isGone())
        {
            if (_service.Events.Await(what, seen, look))
            {
                return;
            }
        }

        throw new Failure(ExitCode.Interrupted, "the clone ends");
    }
}
