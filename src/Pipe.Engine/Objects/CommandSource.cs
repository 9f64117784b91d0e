using Pipe.Protocol;

namespace Pipe.Engine;

/// <summary>The output of a shell command. It succeeds only if the command does.</summary>
internal sealed class CommandSource : IStreamSource
{
    private readonly Command _command;
    private readonly CommandOutput _output;
    private readonly string _who;

    /// <param name="command">The command.</param>
    /// <param name="where">Place.Local or Place.Remote, for messages.</param>
    public CommandSource(Resource command, string where)
    {
        (_command, _who) = (Command.StartSource(command), $"{where} command");
        _output = new CommandOutput(_command);
    }

    public long Size => -1;

    public int Mode => Terms.NoMode;

    public string Warning { get; private set; } = "";

    public int Read(Span<byte> buffer) => _output.Read(buffer);

    public bool HasMore() => _output.HasMore();

    public void Finish()
    {
        var status = _command.Exit.GetAwaiter().GetResult();
        if (_output.IsStopped)
        {
            throw new Failure(ExitCode.Interrupted, $"{_who}: stopped");
        }

        if (!status.IsSuccess)
        {
            throw _command.Fault(_who, $"{status}");
        }

        Warning = _command.Words;
        _command.Dismiss();
    }

    public void Abort() => _output.Stop();

    public void Dispose() => _output.Dispose();
}
