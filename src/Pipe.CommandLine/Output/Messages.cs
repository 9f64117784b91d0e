using System.Reflection;
using Pipe.Engine;
using Pipe.Linux;
using Pipe.Protocol;

namespace Pipe.CommandLine;

/// <summary>
/// Prints everything. Messages go to standard error, one line each, with unprintable characters escaped; only requested output (a usage
/// text, a plan) goes to standard output. Safe from any thread.
/// </summary>
internal sealed class Messages(string program, Outlet? error = null)
{
    /// <summary>The level of notes that are shown even with -q.</summary>
    public const int Always = -1;

    private readonly Lock _lock = new();
    private readonly Outlet _error = error ?? Outlets.StandardError;
    private int _drawn;
    private int _columns;

    public string Program { get; set; } = program;

    /// <summary>Converts the option names in a hint of the engine to those of the program.</summary>
    public Func<string, string> Spell { get; set; } = static hint => hint;

    /// <summary>Maps a code to the exit status of the program.</summary>
    public Func<ExitCode, int> Status { get; set; } = static code => (int)code;

    /// <summary>-1 hides warnings and the meter; 1 and 2 also show notes up to that level. Errors are always shown.</summary>
    public int Verbosity { get; set; }

    /// <summary>Prints the cause that ended the run and returns its exit code.</summary>
    public ExitCode Report(Exception e)
    {
        var failure = AsFailure(e);
        Line("error: ", failure.Message);
        if (failure.Hint.Length > 0)
        {
            Line("hint: ", failure.Hint);
        }

        if (e is not Failure && Verbosity > 0)
        {
            Stack(e);
        }

        return failure.Code;
    }

    /// <summary>Converts an exception to a failure with the hints of the program.</summary>
    public Failure AsFailure(Exception e)
    {
        var failure = Failure.Of(e);
        var hint = failure.Hint.Length > 0 ? Spell(failure.Hint) : e is not Failure && failure.Code == ExitCode.Bug ? "-v shows where; please report it" : "";
        return hint == failure.Hint ? failure : new Failure(failure.Code, failure.Message, hint);
    }

    public void Warning(string text)
    {
        if (Verbosity >= 0)
        {
            Line("warning: ", text);
        }
    }

    /// <summary>Prints warnings that name options by <see cref="OptionWord"/>.</summary>
    public void Warn(IEnumerable<string> texts)
    {
        foreach (var text in texts)
        {
            Warning(Spell(text));
        }
    }

    /// <summary>An error that does not end the run; always shown.</summary>
    public void ItemError(string text) => Line("error: ", text);

    public void Waiting(string reason)
    {
        if (Verbosity >= 0)
        {
            Line("waiting: ", reason);
        }
    }

    /// <summary>Whether notes of that level are shown.</summary>
    public bool Shows(int level) => Verbosity >= level;

    public void Note(int level, string text)
    {
        if (Shows(level))
        {
            Line("", text);
        }
    }

    /// <summary>Draws the meter's lines over the previous ones.</summary>
    /// <param name="left">Lines that remain on the screen, above the meter.</param>
    /// <param name="lines">Lines of the meter, each narrower than the terminal.</param>
    /// <param name="columns">Width of the terminal.</param>
    public void Draw(IReadOnlyCollection<string> left, IReadOnlyCollection<string> lines, int columns)
    {
        lock (_lock)
        {
            // After the terminal became narrower, the old lines may have wrapped, so their first row is unknown.
            var start = _drawn > 0 && columns < _columns ? "\n" : Top();
            Write(start + string.Join('\n', left.Concat(lines).Select(line => $"{RawText.Printable(line)}\e[K")) + (lines.Count > 0 ? "\e[J" : "\n\e[J"));
            (_drawn, _columns) = (lines.Count, columns);
        }
    }

    /// <summary>Erases the meter's lines to make room for other output.</summary>
    public void EraseDrawing()
    {
        lock (_lock)
        {
            if (_drawn > 0)
            {
                Write($"{Top()}\e[J");
            }

            _drawn = 0;
        }
    }

    /// <summary>Forgets where the meter's lines are, after another process has used the terminal.</summary>
    public void ForgetDrawing()
    {
        lock (_lock)
        {
            _drawn = 0;
        }
    }

    /// <summary>Leaves the meter's lines on the screen and moves below them.</summary>
    public void EndDrawing()
    {
        lock (_lock)
        {
            if (_drawn > 0)
            {
                Write("\n");
            }

            _drawn = 0;
        }
    }

    /// <summary>Writes requested output to standard output. Throws <see cref="Failure"/> if that fails.</summary>
    public static void Answer(string text)
    {
        try
        {
            Outlets.StandardOutput(RawText.Encode(text));
        }
        catch (LinuxException e) when (e.IsBrokenPipe)
        {
            throw Failure.ReaderGone("standard output");
        }
        catch (IOException e)
        {
            throw new Failure(ExitCode.Objects, e.Message);
        }
    }

    /// <summary>Program name and version.</summary>
    public static string Version(string program)
    {
        var version = typeof(Messages).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>();
        return $"{program} (Pipe) {version?.InformationalVersion}\n";
    }

    private void Stack(Exception e)
    {
        foreach (var line in e.ToString().Split('\n'))
        {
            Line("", line);
        }
    }

    private void Line(string kind, string text)
    {
        lock (_lock)
        {
            Write($"{(_drawn > 0 ? $"{Top()}\e[J" : "")}{Program}: {kind}{RawText.Printable(text)}\n");
            _drawn = 0;
        }
    }

    /// <summary>The escape sequence that moves to the meter's first line.</summary>
    private string Top() => _drawn > 1 ? $"\r\e[{_drawn - 1}A" : "\r";

    private void Write(string text)
    {
        try
        {
            _error(RawText.Encode(text));
        }
        catch (IOException)
        {
            // Without standard error the failure cannot be reported.
        }
    }
}
