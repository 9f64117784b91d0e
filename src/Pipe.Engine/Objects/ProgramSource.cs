using Pipe.Linux;
using Pipe.Protocol;

namespace Pipe.Engine;

/// <summary>
/// What this very program prints when it is called with these words: the work of a front end at the host where it is to be done. All
/// of it is delivered, however the program ends, and its verdict, which it leaves on descriptor 3, with it.
/// </summary>
internal sealed class ProgramSource : IStreamSource
{
    /// <summary>Word by which the program knows that somebody else will show how it ended.</summary>
    public const string Asked = "-asked";

    private readonly Resource _program;
    private readonly Command _command;
    private readonly CommandOutput _output;

    /// <param name="program">The words.</param>
    public ProgramSource(Resource program)
    {
        (_program, _command) = (program, Command.StartSource(Resource.Command("", LineOf(program))));
        _output = new CommandOutput(_command);
    }

    public long Size => -1;

    public int Mode => Terms.NoMode;

    public Failure? Verdict { get; private set; }

    public int Read(Span<byte> buffer) => _output.Read(buffer);

    public bool HasMore() => _output.HasMore();

    public void Finish()
    {
        var status = _command.Exit.GetAwaiter().GetResult();
        if (_output.IsStopped)
        {
            throw new Failure(ExitCode.Interrupted, "the program there: stopped");
        }

        if (!status.IsSuccess)
        {
            Verdict = VerdictOf(status);
        }

        _command.Dismiss();
    }

    public void Abort() => _output.Stop();

    public void Dispose() => _output.Dispose();

    /// <summary>On descriptor 3 it has left a line with the cause, and perhaps one with a hint.</summary>
    private Failure VerdictOf(ExitStatus status)
    {
        var lines = _command.Said.Split('\n', 3);
        return lines[0].Length > 0 && status.Signal == 0
            ? new Failure((ExitCode)status.Status, lines[0], lines.Length > 1 ? lines[1] : "")
            : new Failure(ExitCode.Command, $"the program there {status}: {string.Join(' ', _program.Names)}");
    }

    private static string LineOf(Resource program) => $"exec {OwnProgram.Word} {Asked} {string.Join(' ', program.Names.Select(ShellWords.Quote))}";
}
