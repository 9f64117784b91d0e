using Pipe.Engine;

namespace Pipe;

/// <summary>
/// One option of dmscp. The parser, the usage text and -print-plan read nothing else, and the tests hold the manual
/// page and the completions against it.
/// </summary>
/// <param name="Argument">What the usage text calls the argument; empty if there is none.</param>
/// <param name="Group">Heading in the usage text. Options of one group stand together.</param>
/// <param name="Apply">Takes the argument, "" if there is none, into the draft. Throws <see cref="Failure"/> for one that makes no sense.</param>
internal sealed record Option(string Name, string Argument, string Group, string Help, Action<Draft, string> Apply)
{
    /// <summary>Its name in an older version, still understood; empty if it has not changed.</summary>
    public string OldName { get; init; } = "";

    /// <summary>If not empty, the argument may be left out, and is taken only if it is one of these.</summary>
    public string[] Choices { get; init; } = [];

    /// <summary>One argument ("" for a flag) for each time the option stands in the command line of a plan.</summary>
    public Func<Plan, IEnumerable<string>> Print { get; init; } = static _ => [];

    public bool IsCalled(string name) => name.Length > 0 && (Name == name || OldName == name);

    /// <summary>The argument is the next word, whatever it is.</summary>
    public bool NeedsArgument => Argument.Length > 0 && Choices.Length == 0;
}
