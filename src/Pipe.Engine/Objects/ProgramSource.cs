using Pipe.Linux;
using Pipe.Protocol;

namespace Pipe.Engine;

/// <summary>
/// The output of this same program, run with given arguments: a front end's work, done on the host that has the data. All output is delivered, even if
/// the program fails, together with the verdict that it writes to descriptor 3.
/// </summary>
internal sealed class ProgramSource : IStreamSource
{
    /// <summary>The argument that tells the program that its caller reports how it ended.</summary>
    public const string Asked = "-asked";

    private readonly Resource _program;
    private readonly Command _command;
    private readonly CommandOutput _output;

    /// <param name="program">The arguments.</param>
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

    /// <summary>Builds the failure from descriptor 3: a line with the cause, and possibly one with a hint.</summary>
    private Failure VerdictOf(ExitStatus status)
    {
        var lines = _command.Said.Split('\n', 3);
        return lines[0].Length > 0 && status.Signal == 0
            ? new Failure((ExitCode)status.Status, lines[0], lines.Length > 1 ? lines[1] : "")
            : new Failure(ExitCode.Command, $"the program there {status}: {string.Join(' ', _program.Names)}");
    }

    private static string LineOf(Resource program) => $"exec {OwnProgram.Word} {Asked} {string.Join(' ', program.Names.Select(ShellWords.Quote))}";
}
