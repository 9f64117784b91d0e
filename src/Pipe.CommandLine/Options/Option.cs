using Pipe.Engine;

namespace Pipe.CommandLine;

/// <summary>
/// One option of a program. The parser, the usage text, -print-plan and hints read nothing else, and the tests hold the manual page and
/// the completions against it.
/// </summary>
/// <param name="Name">The name shown first: a letter of the program that is imitated, or a word.</param>
/// <param name="Argument">Placeholder in the usage text; empty for a flag.</param>
/// <param name="Group">Heading in the usage text.</param>
/// <param name="Apply">Puts the argument, "" for a flag, into the draft. Throws <see cref="Failure"/> if the argument is not valid.</param>
internal record Option<TDraft>(string Name, string Argument, string Group, string Help, Action<TDraft, string> Apply)
{
    /// <summary>The long word, with two dashes, if <see cref="Name"/> is shorter; else empty.</summary>
    public string Word { get; init; } = "";

    /// <summary>Another name that is taken but not listed; else empty.</summary>
    public string Alias { get; init; } = "";

    /// <summary>What to write instead where the word has one dash, if another program gives that another meaning; else empty.</summary>
    public string OneDashHint { get; init; } = "";

    /// <summary>If not empty, the argument is optional, and the next word is taken only if it is one of these.</summary>
    public string[] Choices { get; init; } = [];

    /// <summary>One argument ("" for a flag) for each time the option stands in the dmscp command line of a plan.</summary>
    public Func<Plan, IEnumerable<string>> Print { get; init; } = static _ => [];

    public bool NeedsArgument => Argument.Length > 0 && Choices.Length == 0;

    /// <summary>The names that usage text, manual page and completions list.</summary>
    public IEnumerable<string> Names => Word.Length > 0 ? [Name, Word] : [Name];

    /// <summary>The name for hints in one program, as its usage text shows it.</summary>
    public string Left => $"{string.Join(", ", Names)} {Argument}".TrimEnd();

    /// <summary>A flag of one letter.</summary>
    public bool IsLetterFlag => Name.Length == 2 && Argument.Length == 0;
}
