using Pipe.Linux;
using Pipe.Protocol;

namespace Pipe.Engine;

/// <summary>The input of a shell command. It succeeds only if the command reads every byte, then sees the end, and exits with 0.</summary>
internal sealed class CommandSink : ISink
{
    private readonly Command _command;
    private readonly string _who;
    private readonly PipeSink _pipe;
    private readonly Wake _wake = new();
    private readonly Fd _writeEnd;
    private volatile bool _isEnding;

    /// <param name="command">The command.</param>
    /// <param name="output">The destination of its output.</param>
    /// <param name="where">Place.Local or Place.Remote, for messages.</param>
    /// <param name="onEarlyExit">Called if the command exits before the end of its input.</param>
    public CommandSink(Resource command, Fd output, string where, Action<Failure> onEarlyExit)
    {
        _who = $"{where} command";
        _command = Command.StartSink(command, output);
        _writeEnd = _command.Pipe;
        _pipe = new PipeSink(_writeEnd);
        _command.Exit.ContinueWith(
            exit =>
            {
                if (IsFault(exit.Result))
                {
                    onEarlyExit(_command.EndedEarly(_who, exit.Result));
                }
            },
            TaskScheduler.Default);
    }

    public bool IsOrdered => true;

    public string Warning { get; private set; } = "";

    public void Write(ReadOnlySpan<byte> bytes, long offset)
    {
        try
        {
            _pipe.Write(bytes, offset);
        }
        catch (Failure e) when (e.Code == ExitCode.Command)
        {
            throw _command.ClosedEarly(_who);
        }
    }

    public void Hole(long offset, long length)
    {
        try
        {
            _pipe.Hole(offset, length);
        }
        catch (Failure e) when (e.Code == ExitCode.Command)
        {
            throw _command.ClosedEarly(_who);
        }
    }

    public void Commit(long size)
    {
        if (!PipeDrain.Await(_writeEnd, _wake))
        {
            throw _command.ClosedEarly(_who);
        }

        _isEnding = true;
        _command.Dismiss();
        _writeEnd.Dispose();
        var status = _command.Exit.GetAwaiter().GetResult();
        if (!status.IsSuccess)
        {
            throw _command.Fault(_who, $"{status}");
        }

        Warning = _command.Words;
    }

    public void Abort()
    {
        _isEnding = true;
        _wake.Signal();
        _command.Kill();
    }

    public void Dispose()
    {
        _isEnding = true;
        _command.Dispose();
        _pipe.Dispose();
        _wake.Dispose();
    }

    /// <summary>A command that has read everything so far may exit with success; the next byte, or the end, shows whether that was too early.</summary>
    private bool IsFault(ExitStatus status) => !_isEnding && (!status.IsSuccess || _writeEnd.BytesWaiting() > 0);
}
