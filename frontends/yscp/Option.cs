using Pipe.Engine;

namespace Pipe.Yscp;

/// <summary>
/// One option of yscp. The parser and the usage text read nothing else, and the tests hold the manual page and the completions
/// against it.
/// </summary>
/// <param name="Name">A letter that can be bundled, as <c>-r</c>, or a word, as <c>--quick</c>.</param>
/// <param name="Argument">What the usage text calls the argument; empty if there is none.</param>
/// <param name="Group">Heading in the usage text.</param>
/// <param name="Apply">Takes the argument, "" if there is none, into the draft. Throws <see cref="Failure"/> for one that makes no sense.</param>
internal sealed record Option(string Name, string Argument, string Group, string Help, Action<Draft, string> Apply)
{
    /// <summary>A second name; empty if there is none.</summary>
    public string Word { get; init; } = "";

    /// <summary>Its name in an older version, still understood; empty if it has not changed.</summary>
    public string OldName { get; init; } = "";

    public bool NeedsArgument => Argument.Length > 0;

    public bool IsCalled(string name) => name.Length > 0 && (Name == name || Word == name || OldName == name);
}
