using Pipe.CommandLine;

namespace Pipe.Yarchive;

/// <summary>One option of yarchive.</summary>
/// <param name="Name">The name shown first.</param>
/// <param name="Argument">Placeholder in the usage text; empty for a flag.</param>
/// <param name="Group">Heading in the usage text.</param>
/// <param name="Of">The verbs that accept it.</param>
/// <param name="Help">One line of the usage text.</param>
/// <param name="Apply">Applies the argument to the draft.</param>
internal sealed record Option(string Name, string Argument, string Group, Verb Of, string Help, Action<Draft, string> Apply)
    : Option<Draft>(Name, Argument, Group, Help, Apply);
