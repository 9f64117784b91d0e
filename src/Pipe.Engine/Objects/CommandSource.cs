using Pipe.Linux;
using Pipe.Protocol;

namespace Pipe.Engine;

/// <summary>The output of a shell command. It ends well only if the command does.</summary>
/// <param name="command">What to run.</param>
/// <param name="where">Place.Local or Place.Remote, for messages.</param>
internal sealed class CommandSource(Resource command, string where) : IStreamSource
{
    private readonly Command _command = Command.StartSource(command);
    private readonly Wake _wake = new();

    public long Size => -1;

    public int Mode => Terms.NoMode;

    public string Remark { get; private set; } = "";

    public int Read(Span<byte> buffer)
    {
        try
        {
            return _wake.Readable(_command.Pipe) ? _command.Pipe.Read(buffer) : 0;
        }
        catch (LinuxException e)
        {
            throw ObjectFailure.Of(e);
        }
    }

    public bool HasMore() => Wake.HasInput(_command.Pipe);

    public void Finish()
    {
        var status = _command.Exit.GetAwaiter().GetResult();
        if (_wake.IsSignalled)
        {
            throw new Failure(ExitCode.Interrupted, $"{where} command: stopped");
        }

        if (!status.IsSuccess)
        {
            throw _command.Fault(where, $"{status}");
        }

        Remark = _command.Words;
        _command.Dismiss();
    }

    public void Abort()
    {
        _wake.Signal();
        _command.Kill();
    }

    public void Dispose()
    {
        _command.Dispose();
        _wake.Dispose();
    }
}
