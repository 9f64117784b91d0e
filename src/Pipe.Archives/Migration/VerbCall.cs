using Pipe.Engine;

namespace Pipe.Archives;

/// <summary>How file names are passed to a command.</summary>
internal enum Feed
{
    /// <summary>As arguments.</summary>
    Words,

    /// <summary>On its standard input, one per line.</summary>
    Lines,

    /// <summary>On its standard input, each terminated by a NUL.</summary>
    Nuls,

    /// <summary>In a file, one per line.</summary>
    ListFile,
}

/// <summary>The call of one command of a data migration system.</summary>
/// <param name="Words">The program and its arguments. The word {} stands for the files; with <see cref="Feed.ListFile"/>, {} in any word stands for the
/// name of the file that lists them.</param>
/// <param name="Feed">How the files are passed.</param>
/// <param name="Exits">The meaning of its exit statuses.</param>
internal sealed record VerbCall(IReadOnlyList<string> Words, Feed Feed, ExitMap Exits)
{
    public const string Files = "{}";

    /// <summary>Maximum number of files per call of a user's own command.</summary>
    public const int OwnBatch = 16;

    /// <summary>Maximum number of files per call.</summary>
    public int Batch { get; init; } = 100;

    /// <summary>The time after which a call counts as hung.</summary>
    public TimeSpan Limit { get; init; } = TimeSpan.FromMinutes(2);

    /// <summary>Maximum number of concurrent calls.</summary>
    public int Concurrency { get; init; } = 1;

    /// <summary>Whether the files of a call must be in one directory, because the answer has only their names, or they must be in one file system.</summary>
    public bool IsOneDirectory { get; init; }

    /// <summary>The name in messages; by default that of the program.</summary>
    public string Title { get; init; } = "";

    /// <summary>A file's line in a list; by default its name.</summary>
    public Func<string, string> Line { get; init; } = path => path;

    public static VerbCall OfShell(string text, ExitMap exits)
    {
        var script = text.Contains(Files, StringComparison.Ordinal) ? text.Replace(Files, "\"$@\"", StringComparison.Ordinal) : $"{text} \"$@\"";
        return new VerbCall(["/bin/sh", "-c", script, "sh", Files], Feed.Words, exits) { Batch = OwnBatch, Title = Command.TitleOf(text) };
    }
}
