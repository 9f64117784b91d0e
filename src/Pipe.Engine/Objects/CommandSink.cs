using Pipe.Linux;
using Pipe.Protocol;

namespace Pipe.Engine;

/// <summary>
/// The input of a shell command. It succeeds only if the command has read every byte, has then seen the end, and ends with 0.
/// </summary>
internal sealed class CommandSink : ISink
{
    private readonly Command _command;
    private readonly string _who;
    private readonly PipeSink _pipe;
    private readonly Wake _wake = new();
    private readonly Fd _writeEnd;
    private volatile bool _isEnding;

    /// <param name="command">What to run.</param>
    /// <param name="output">Where its output goes.</param>
    /// <param name="where">Place.Local or Place.Remote, for messages.</param>
    /// <param name="onEarlyExit">Called when it ends before its input does.</param>
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

    public string Remark { get; private set; } = "";

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

        Remark = _command.Words;
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

    /// <summary>One that has read all there was so far may be right to end: the next byte, or the end, will tell.</summary>
    private bool IsFault(ExitStatus status) => !_isEnding && (!status.IsSuccess || _writeEnd.BytesWaiting() > 0);
}
