using Pipe.Engine;

namespace Pipe.Yarchive;

/// <summary>One option of yarchive.</summary>
/// <param name="Of">The verbs that it makes sense with.</param>
internal sealed record Option(string Name, string Argument, string Group, Verb Of, string Help, Action<Draft, string> Apply)
    : Option<Draft>(Name, Argument, Group, Help, Apply);
