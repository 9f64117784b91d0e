namespace Pipe.Engine;

/// <summary>One option of a front end. Its parser and usage text read nothing else, and the tests hold the manual page and the completions against it.</summary>
/// <param name="Name">Understood with one dash and with two.</param>
/// <param name="Argument">What the usage text calls the argument; empty if there is none.</param>
/// <param name="Group">Heading in the usage text.</param>
/// <param name="Apply">Takes the argument, "" if there is none, into the draft. Throws <see cref="Failure"/> for one that makes no sense.</param>
internal record Option<TDraft>(string Name, string Argument, string Group, string Help, Action<TDraft, string> Apply)
{
    /// <summary>What to write instead where it stands with one dash, for a name that another program gives another meaning; empty where one dash will do.</summary>
    public string OneDashHint { get; init; } = "";

    public bool NeedsArgument => Argument.Length > 0;

    /// <summary>One letter, that can stand with others behind one dash.</summary>
    public bool IsFlag => Name.Length == 2 && !NeedsArgument;

    public bool Is(string word) => word == Name || (Name.Length > 2 && word.TrimStart('-') == Name.TrimStart('-') && word.StartsWith('-') && !word.StartsWith("---", StringComparison.Ordinal));
}
