using Pipe.Linux;
using Pipe.Protocol;

namespace Pipe.Engine;

/// <summary>
/// The input of a shell command. It succeeds only if the command has read every byte, has then seen the end, and ends with 0.
/// </summary>
internal sealed class CommandSink : ISink
{
    private static readonly TimeSpan ExitAfterClosing = TimeSpan.FromSeconds(2);
    private readonly Command _command;
    private readonly string _where;
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
        _where = where;
        _command = Command.StartSink(command, output);
        _writeEnd = _command.Pipe;
        _pipe = new PipeSink(_writeEnd);
        _command.Exit.ContinueWith(
            exit =>
            {
                if (IsFault(exit.Result))
                {
                    onEarlyExit(Early(exit.Result));
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
            throw ClosedEarly();
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
            throw ClosedEarly();
        }
    }

    public void Commit(long size)
    {
        if (!PipeDrain.Await(_writeEnd, _wake))
        {
            throw ClosedEarly();
        }

        _isEnding = true;
        _command.Dismiss();
        _writeEnd.Dispose();
        var status = _command.Exit.GetAwaiter().GetResult();
        if (!status.IsSuccess)
        {
            throw _command.Fault(_where, $"{status}");
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

    /// <summary>It reads no more. Most often it has ended, and how is what the user wants to know.</summary>
    private Failure ClosedEarly() => _command.Exit.Wait(ExitAfterClosing)
        ? Early(_command.Exit.Result)
        : _command.Fault(_where, "closed its input before the end");

    private Failure Early(ExitStatus status) => status.IsSuccess
        ? _command.Fault(_where, $"{status} before it had read all of its input", "append '; cat >/dev/null' if the rest does not matter")
        : _command.Fault(_where, $"{status}");
}
