namespace Pipe.Yarchive;

/// <summary>One option of yarchive. The parser and the usage text read nothing else, and the tests hold the manual page and the completions against it.</summary>
/// <param name="Name">Understood with one dash and with two.</param>
/// <param name="Argument">What the usage text calls the argument; empty if there is none.</param>
/// <param name="Group">Heading in the usage text.</param>
/// <param name="Of">The verbs that it makes sense with.</param>
/// <param name="Apply">Takes the argument, "" if there is none, into the draft. Throws <see cref="Engine.Failure"/> for one that makes no sense.</param>
internal sealed record Option(string Name, string Argument, string Group, Verb Of, string Help, Action<Draft, string> Apply)
{
    public bool NeedsArgument => Argument.Length > 0;

    public bool Is(string word) => word == Name || (Name.Length > 2 && word.TrimStart('-') == Name.TrimStart('-') && word.StartsWith('-') && !word.StartsWith("---", StringComparison.Ordinal));
}
