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
    private volatile bool _isClosed;

    /// <param name="service">The running clone.</param>
    /// <param name="path">The path of the socket.</param>
    /// <param name="finished">Called when the clone has been finished.</param>
    public ControlServer(CloneService service, string path, Action finished)
    {
        (_service, _path, _finished) = (service, path, finished);
        _listener = new Listener(LocalSocket.Listen(path, Backlog), Serve, "control");
    }

    public void Dispose()
    {
        _isClosed = true;
        _listener.Dispose();
        File.Delete(_path);
    }

    private void Serve(Socket socket)
    {
        var isFinished = false;
        try
        {
            using var stream = new NetworkStream(socket, ownsSocket: true);
            using var reader = new StreamReader(stream, Encoding.UTF8, false, MostLine, leaveOpen: true);
            using var writer = new StreamWriter(stream) { AutoFlush = true };
            isFinished = Answer(ControlLine.Words(reader.ReadLine() ?? ""), writer, () => _isClosed || socket.Poll(0, SelectMode.SelectRead));
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
                _service.Warm(ByteRange.Parse("--range", words[1]), isGone);
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
