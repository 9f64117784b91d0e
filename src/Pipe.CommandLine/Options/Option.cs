using Pipe.Engine;

namespace Pipe.CommandLine;

/// <summary>
/// One option of a program: the single source for parser, usage text, -print-plan and hints. Tests compare the manual page and the
/// completions with it.
/// </summary>
/// <param name="Name">The primary name: a letter of the program that is imitated, or a word.</param>
/// <param name="Argument">Placeholder in the usage text; empty for a flag.</param>
/// <param name="Group">Heading in the usage text.</param>
/// <param name="Apply">Stores the argument, "" for a flag, in the draft. Throws <see cref="Failure"/> if the argument is invalid.</param>
internal record Option<TDraft>(string Name, string Argument, string Group, string Help, Action<TDraft, string> Apply)
{
    /// <summary>The long name with two dashes, if <see cref="Name"/> is a short one; else empty.</summary>
    public string Word { get; init; } = "";

    /// <summary>Another accepted name that is not listed; else empty.</summary>
    public string Alias { get; init; } = "";

    /// <summary>The hint for the word with one dash, which is refused because it means something else in another program; else empty.</summary>
    public string OneDashHint { get; init; } = "";

    /// <summary>If not empty, the argument is optional: the next word is the argument only if it is one of these.</summary>
    public string[] Choices { get; init; } = [];

    /// <summary>The arguments ("" for a flag) with which the option occurs in the dmscp command line of a plan.</summary>
    public Func<Plan, IEnumerable<string>> Print { get; init; } = static _ => [];

    public bool NeedsArgument => Argument.Length > 0 && Choices.Length == 0;

    /// <summary>The names that usage text, manual page and completions list.</summary>
    public IEnumerable<string> Names => Word.Length > 0 ? [Name, Word] : [Name];

    /// <summary>The left column of the usage text: names and argument.</summary>
    public string Left => $"{string.Join(", ", Names)} {Argument}".TrimEnd();

    /// <summary>A flag of one letter.</summary>
    public bool IsLetterFlag => Name.Length == 2 && Argument.Length == 0;
}
