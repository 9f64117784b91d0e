using System.Reflection;
using Pipe.Engine;
using Pipe.Linux;
using Pipe.Protocol;

namespace Pipe.CommandLine;

/// <summary>
/// The one place that prints. All words go to standard error, one line each, printable whatever a peer put into them;
/// only what was asked for by name (a usage text, a plan) goes to standard output. Safe from any thread.
/// </summary>
internal sealed class Messages(string program, Outlet? error = null)
{
    private readonly Lock _lock = new();
    private readonly Outlet _error = error ?? Outlets.StandardError;
    private int _drawn;
    private int _columns;

    public string Program { get; set; } = program;

    /// <summary>A hint of the engine in the spelling of the program.</summary>
    public Func<string, string> Spell { get; set; } = static hint => hint;

    /// <summary>The exit status of the program for a code.</summary>
    public Func<ExitCode, int> Status { get; set; } = static code => (int)code;

    /// <summary>-1 keeps warnings and the meter back, 1 and 2 let notes of that level through. Errors always show.</summary>
    public int Verbosity { get; set; }

    /// <summary>Shows why the run ended, and says the exit status for it.</summary>
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

    /// <summary>In the words of the program. What is neither a <see cref="Failure"/> nor a system that has nothing more to give is a bug, and is called one.</summary>
    public Failure AsFailure(Exception e) => e switch
    {
        Failure { Hint.Length: > 0 } failure => new Failure(failure.Code, failure.Message, Spell(failure.Hint)),
        Failure failure => failure,
        LinuxException { IsShortage: true } => new Failure(ExitCode.Objects, e.Message, "ulimit -a shows what this program may use"),
        _ => Bug(e),
    };

    public void Warning(string text)
    {
        if (Verbosity >= 0)
        {
            Line("warning: ", text);
        }
    }

    /// <summary>A fault that does not end the run; always shown.</summary>
    public void Trouble(string text) => Line("error: ", text);

    public void Waiting(string reason)
    {
        if (Verbosity >= 0)
        {
            Line("waiting: ", reason);
        }
    }

    /// <summary>Whether a note of that level is shown.</summary>
    public bool Shows(int level) => Verbosity >= level;

    public void Note(int level, string text)
    {
        if (Shows(level))
        {
            Line("", text);
        }
    }

    /// <summary>Draws the meter's lines in the place of those before them.</summary>
    /// <param name="left">Lines that stay on the screen, above the meter.</param>
    /// <param name="lines">Those of the meter, all of fewer columns than the terminal has.</param>
    /// <param name="columns">That the terminal has.</param>
    public void Draw(IReadOnlyCollection<string> left, IReadOnlyCollection<string> lines, int columns)
    {
        lock (_lock)
        {
            // In a narrower terminal the old lines may take more rows than they did: nobody knows where they begin.
            var start = _drawn > 0 && columns < _columns ? "\n" : Top();
            Write(start + string.Join('\n', left.Concat(lines).Select(line => $"{RawText.Printable(line)}\e[K")) + (lines.Count > 0 ? "\e[J" : "\n\e[J"));
            (_drawn, _columns) = (lines.Count, columns);
        }
    }

    /// <summary>Takes the meter's lines from the screen: something else is to be written there.</summary>
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

    /// <summary>Somebody else has had the terminal meanwhile: the meter's lines are not where they were.</summary>
    public void ForgetDrawing()
    {
        lock (_lock)
        {
            _drawn = 0;
        }
    }

    /// <summary>Leaves the meter's lines on the screen and goes below them.</summary>
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

    /// <summary>Writes what the user asked for to standard output. Throws <see cref="Failure"/> if it cannot be written.</summary>
    public static void Answer(string text)
    {
        try
        {
            Outlets.StandardOutput(RawText.Encode(text));
        }
        catch (LinuxException e) when (e.IsBrokenPipe)
        {
            throw ObjectFailure.Gone("standard output");
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

    /// <summary>To where the meter begins.</summary>
    private string Top() => _drawn > 1 ? $"\r\e[{_drawn - 1}A" : "\r";

    private void Write(string text)
    {
        try
        {
            _error(RawText.Encode(text));
        }
        catch (IOException)
        {
            // Nobody is left to be told that standard error is gone.
        }
    }

    private static Failure Bug(Exception e) =>
        new(ExitCode.Bug, $"internal error: {e.GetType().Name}: {e.Message}", "-v shows where; please report it");
}
