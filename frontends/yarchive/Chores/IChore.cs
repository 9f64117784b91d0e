namespace Pipe.Yarchive;

/// <summary>What is done to whole archives on the host where they lie: here, or there by the same program with the same words.</summary>
internal interface IChore
{
    /// <param name="answer">Gets what the user asked for: whole lines.</param>
    /// <param name="waiting">Is told what is waited for.</param>
    /// <exception cref="Engine.Failure">It could not be done, or what was found is not good.</exception>
    void Run(Action<string> answer, Action<string> waiting);
}
