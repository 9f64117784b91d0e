namespace Pipe.Engine;

/// <summary>The sink of one session and the source of the next. The first session does not commit before the second one has.</summary>
internal interface IPassThrough : ISink, IStreamSource
{
    /// <summary>The second session has committed.</summary>
    void Arrive();

    /// <summary>One of the two sessions has failed; the other fails with it.</summary>
    void Fail(Exception failure);
}
