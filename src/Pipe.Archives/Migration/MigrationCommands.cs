using Pipe.Protocol;

namespace Pipe.Archives;

/// <summary>
/// The user's own shell commands, each replacing a command of the profile; empty where there is none. Up to <see cref="VerbCall.Batch"/> file names,
/// each as one word, replace {} in the text, or are appended.
/// </summary>
internal sealed record MigrationCommands(string Migrate = "", string State = "", string Release = "", string Recall = "")
{
    public bool IsEmpty => Migrate.Length + State.Length + Release.Length + Recall.Length == 0;

    /// <summary>The text form in <see cref="Archiving"/>.</summary>
    public string Text => IsEmpty ? "" : string.Join('\0', Migrate, State, Release, Recall);

    /// <exception cref="ProtocolException">There are not four commands.</exception>
    public static MigrationCommands Parse(string text) => text.Split('\0') switch
    {
        [""] => new MigrationCommands(),
        [var migrate, var state, var release, var recall] => new MigrationCommands(migrate, state, release, recall),
        var commands => throw new ProtocolException($"{commands.Length} commands of a data migration system, not four"),
    };
}
