namespace Pipe.Yarchive;

/// <summary>A command about whole archives, run on the host where they lie: here, or there by the same program with the same words.</summary>
internal interface ILocalCommand
{
    /// <param name="answer">Takes whole lines of output.</param>
    /// <param name="waiting">Takes the reason of a wait.</param>
    /// <exception cref="Engine.Failure">The command failed, or an archive is damaged.</exception>
    void Run(Action<string> answer, Action<string> waiting);
}
