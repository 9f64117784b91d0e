using Pipe.Engine;
using Pipe.Protocol;

namespace Pipe.Archives;

/// <summary>
/// The source of an archive that must not be empty: an empty stream usually means that the command before the pipe has failed, and an empty archive
/// would look like a success.
/// </summary>
/// <param name="source">Owned by this object from here on.</param>
internal sealed class NonEmptySource(ISource source) : IStreamSource
{
    private readonly FrontToBack _front = new(source);

    public long Size => source.Size;

    public int Mode => source.Mode;

    public string Warning => source.Warning;

    public Failure? Verdict => source.Verdict;

    public int Read(Span<byte> buffer) => _front.Read(buffer);

    public bool HasMore() => _front.HasMore();

    /// <summary>A failure of the source itself takes precedence.</summary>
    public void Finish()
    {
        source.Finish();
        if (_front.Position == 0)
        {
            throw new Failure(ExitCode.Usage, "nothing to archive: the stream ended before its first byte", $"{OptionWord.AllowEmpty} stores an empty archive");
        }
    }

    public void Abort() => source.Abort();

    public void Dispose() => source.Dispose();
}
