using Pipe.Engine;

namespace Pipe.Archives;

/// <summary>How a command is told about its files.</summary>
internal enum Feed
{
    /// <summary>As words of its command line.</summary>
    Words,

    /// <summary>On its standard input, a line each.</summary>
    Lines,

    /// <summary>On its standard input, a NUL after each.</summary>
    Nuls,

    /// <summary>In a file, a line each.</summary>
    ListFile,
}

/// <summary>How one verb of a data migration system is called.</summary>
/// <param name="Words">
/// The program and its arguments. A word {} stands for the files; fed with <see cref="Feed.ListFile"/>, {} in any word for the name of the file that lists them.
/// </param>
/// <param name="Feed">How it gets the files.</param>
/// <param name="Exits">What its exit statuses mean.</param>
internal sealed record VerbCall(IReadOnlyList<string> Words, Feed Feed, ExitMap Exits)
{
    public const string Files = "{}";

    /// <summary>What one's own commands are given at once.</summary>
    public const int OwnBatch = 16;

    /// <summary>Most files in one call.</summary>
    public int Batch { get; init; } = 100;

    /// <summary>When a call has hung.</summary>
    public TimeSpan Limit { get; init; } = TimeSpan.FromMinutes(2);

    /// <summary>Most calls at a time.</summary>
    public int Concurrency { get; init; } = 1;

    /// <summary>Whether the files of a call must be in one directory: the answer has only their names, or they must be in one file system.</summary>
    public bool IsOneDirectory { get; init; }

    /// <summary>What messages call it, if not by the name of the program.</summary>
    public string Title { get; init; } = "";

    /// <summary>A file's line in a list, if it is more than the name.</summary>
    public Func<string, string> Line { get; init; } = path => path;

    public static VerbCall OfShell(string text, ExitMap exits)
    {
        var script = text.Contains(Files, StringComparison.Ordinal) ? text.Replace(Files, "\"$@\"", StringComparison.Ordinal) : $"{text} \"$@\"";
        return new VerbCall(["/bin/sh", "-c", script, "sh", Files], Feed.Words, exits) { Batch = OwnBatch, Title = Command.TitleOf(text) };
    }
}
