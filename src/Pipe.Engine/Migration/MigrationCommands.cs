namespace Pipe.Engine;

/// <summary>
/// Shell commands of the user's own, each in place of what a profile would run; empty where there is none. The file names, up to
/// <see cref="VerbCall.Batch"/> of them, stand where the text has {}, or at its end, each as one word.
/// </summary>
internal sealed record MigrationCommands(string Migrate = "", string State = "", string Release = "", string Recall = "")
{
    public bool IsEmpty => Migrate.Length + State.Length + Release.Length + Recall.Length == 0;
}
