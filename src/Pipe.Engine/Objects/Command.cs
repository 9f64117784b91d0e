using Pipe.Linux;
using Pipe.Protocol;

namespace Pipe.Engine;

/// <summary>
/// A shell command with one of its standard streams connected to this program. It runs under sh in its own process group, watched by a guardian: if
/// this program dies, the guardian kills the group before the command can take the end of its input for success. The command may write a short
/// explanation of its exit, good or bad, to descriptor 3.
/// </summary>
internal sealed class Command : IDisposable
{
    private const int MostWords = 1000;
    private const string NoSpace = "no space ";
    private static readonly TimeSpan ExitAfterClosing = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(1);
    private readonly GuardedChild _shell;
    private readonly Fd _words;
    private readonly string _text;
    private bool _isDismissed;

    private Command(string text, GuardedChild shell, Fd words, Fd pipe) => (_text, _shell, _words, Pipe) = (text, shell, words, pipe);

    /// <summary>Our end of the pipe: of a source's output, or of a sink's input.</summary>
    public Fd Pipe { get; }

    public Task<ExitStatus> Exit => _shell.Exit;

    /// <summary>The text that the command wrote to descriptor 3, as one line. Empty once this is disposed.</summary>
    public string Words => Said.Trim().Replace("\n", "; ", StringComparison.Ordinal);

    /// <summary>The same text unchanged.</summary>
    public string Said
    {
        get
        {
            try
            {
                var said = new byte[MostWords];
                return RawText.Decode(said.AsSpan(0, _words.ReadAt(said, 0)));
            }
            catch (LinuxException)
            {
                return "";
            }
        }
    }

    /// <summary>The end of a message about its exit: its own words, or else as much of the command as fits on a line.</summary>
    public string Account => Words is { Length: > 0 } words ? words : TitleOf(_text);

    /// <summary>The failure for an exit that is not a success. The command's own words can report that it had no space for its input.</summary>
    /// <param name="who">The subject, such as "local command".</param>
    /// <param name="what">The predicate.</param>
    /// <param name="hint">The hint, except for lack of space.</param>
    public Failure Fault(string who, string what, string hint = "") => Words is { } words && words.StartsWith(NoSpace, StringComparison.Ordinal)
        ? new Failure(ExitCode.NoSpace, words)
        : new Failure(ExitCode.Command, $"{who} {what}: {Account}{SizeLimit}", hint);

    /// <summary>The limit on file size that the command has inherited, if it exceeded that limit.</summary>
    private string SizeLimit => Account.Contains("File size limit exceeded", StringComparison.Ordinal) || (Exit.IsCompletedSuccessfully && Exit.Result.ExceedsFileSize)
        ? ResourceLimits.MetWith("write", Errno.FileTooBig)
        : "";

    /// <summary>The failure of a command that closed its input early. Most often it has exited, and its exit status is what the user needs.</summary>
    public Failure ClosedEarly(string who) => Exit.Wait(ExitAfterClosing) ? EndedEarly(who, Exit.Result) : Fault(who, "closed its input before the end");

    /// <summary>The failure of a command that exited with input left to read.</summary>
    public Failure EndedEarly(string who, ExitStatus status) => status.IsSuccess
        ? Fault(who, $"{status} before it had read all of its input", "append '; cat >/dev/null' if the rest does not matter")
        : Fault(who, $"{status}");

    /// <summary>A one-line title for a command: its leading comment, or else its first line.</summary>
    public static string TitleOf(string text)
    {
        var lines = text.Split('\n', 2);
        return lines.Length == 1 ? text : lines[0].StartsWith("# ", StringComparison.Ordinal) ? lines[0][2..] : $"{lines[0]} ...";
    }

    /// <summary>Starts a command whose output we read; its input is empty.</summary>
    public static Command StartSource(Resource command)
    {
        var (read, write) = Fd.Pipe(TitleOf(command.Text));
        using (write)
        using (var nothing = Fd.Open("/dev/null", OpenFlags.ReadWrite))
        {
            return Start(command, read, [nothing, write, null], guarded: null);
        }
    }

    /// <summary>Starts a command whose input we write.</summary>
    /// <param name="command">The command.</param>
    /// <param name="output">The destination of its output.</param>
    public static Command StartSink(Resource command, Fd output)
    {
        var (read, write) = Fd.Pipe(TitleOf(command.Text));
        using (read)
        {
            return Start(command, write, [read, output, null], guarded: write);
        }
    }

    /// <summary>Starts a command whose input we write and whose output we read. It sees no end of input before <see cref="Dismiss"/>.</summary>
    public static (Command Command, Fd Input) StartFilter(Resource command)
    {
        var (read, input) = Fd.Pipe(TitleOf(command.Text));
        var (output, write) = Fd.Pipe(TitleOf(command.Text));
        using (read)
        using (write)
        {
            try
            {
                input.WidenPipe(Fd.WidePipe);
                return (Start(command, output, [read, write, null], guarded: input), input);
            }
            catch
            {
                input.Dispose();
                throw;
            }
        }
    }

    /// <summary>Releases the command: it may now see the end of its input, and outlive this program.</summary>
    public void Dismiss()
    {
        _isDismissed = true;
        _shell.Dismiss();
    }

    /// <summary>Ends the whole group with SIGTERM, then after a moment with SIGKILL. Its input stays open meanwhile, unless dismissed.</summary>
    public void Kill() => _shell.Kill(Grace);

    /// <summary>May be called more than once.</summary>
    public void Dispose()
    {
        if (!_isDismissed)
        {
            Kill();
        }

        Pipe.Dispose();
        _words.Dispose();
        _shell.Dispose();
    }

    /// <param name="command">The command.</param>
    /// <param name="ours">Our end of the pipe.</param>
    /// <param name="streams">The command's descriptors 0, 1 and 2.</param>
    /// <param name="guarded">The descriptor that the guardian keeps open, so that the command sees no end of input before it is dismissed.</param>
    private static Command Start(Resource command, Fd ours, Fd?[] streams, Fd? guarded)
    {
        var words = Fd.Memory("words");
        try
        {
            ours.WidenPipe(Fd.WidePipe);
            return new Command(command.Text, GuardedChild.Start(["/bin/sh", "-c", command.Text], [.. streams, words], guarded, command.Directory), words, ours);
        }
        catch
        {
            words.Dispose();
            ours.Dispose();
            throw;
        }
    }
}
