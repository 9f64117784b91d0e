using Pipe.Linux;
using Pipe.Protocol;

namespace Pipe.Engine;

/// <summary>
/// What this very program prints when it is called with these words: the work of a front end at the host where it is to be done. All
/// of it is delivered, however the program ends, and its verdict, which it leaves on descriptor 3, with it.
/// </summary>
/// <param name="program">The words.</param>
internal sealed class ProgramSource(Resource program) : IStreamSource
{
    /// <summary>Word by which the program knows that somebody else will show how it ended.</summary>
    public const string Asked = "-asked";

    private readonly Command _command = Command.StartSource(Resource.Command("", LineOf(program)));
    private readonly Wake _wake = new();

    public long Size => -1;

    public int Mode => Terms.NoMode;

    public Failure? Verdict { get; private set; }

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
            throw new Failure(ExitCode.Interrupted, "the program there: stopped");
        }

        if (!status.IsSuccess)
        {
            Verdict = VerdictOf(status);
        }

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

    /// <summary>On descriptor 3 it has left a line with the cause, and perhaps one with a hint.</summary>
    private Failure VerdictOf(ExitStatus status)
    {
        var lines = _command.Said.Split('\n', 3);
        return lines[0].Length > 0 && status.Signal == 0
            ? new Failure((ExitCode)status.Status, lines[0], lines.Length > 1 ? lines[1] : "")
            : new Failure(ExitCode.Command, $"the program there {status}: {string.Join(' ', program.Names)}");
    }

    private static string LineOf(Resource program) => $"exec {OwnProgram.Word} {Asked} {string.Join(' ', program.Names.Select(ShellWords.Quote))}";
}
