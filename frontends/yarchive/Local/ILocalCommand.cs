namespace Pipe.Yarchive;

/// <summary>A command for whole archives, which runs on the host that has them: here, or there in the same program with the same words.</summary>
internal interface ILocalCommand
{
    /// <param name="answer">Takes whole lines of output.</param>
    /// <param name="waiting">Takes the reason for a wait.</param>
    /// <exception cref="Engine.Failure">The command failed, or an archive is damaged.</exception>
    void Run(Action<string> answer, Action<string> waiting);
}
