using Pipe.Protocol;

namespace Pipe.Archives;

/// <summary>
/// Shell commands of the user's own, each in place of what a profile would run; empty where there is none. The file names, up to
/// <see cref="VerbCall.Batch"/> of them, stand where the text has {}, or at its end, each as one word.
/// </summary>
internal sealed record MigrationCommands(string Migrate = "", string State = "", string Release = "", string Recall = "")
{
    public bool IsEmpty => Migrate.Length + State.Length + Release.Length + Recall.Length == 0;

    /// <summary>As an <see cref="Archiving"/> has them.</summary>
    public string Text => IsEmpty ? "" : string.Join('\0', Migrate, State, Release, Recall);

    /// <exception cref="ProtocolException">There are not four.</exception>
    public static MigrationCommands Parse(string text) => text.Split('\0') switch
    {
        [""] => new MigrationCommands(),
        [var migrate, var state, var release, var recall] => new MigrationCommands(migrate, state, release, recall),
        var commands => throw new ProtocolException($"{commands.Length} commands of a data migration system, not four"),
    };
}
