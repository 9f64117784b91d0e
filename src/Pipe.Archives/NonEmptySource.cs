using Pipe.Engine;
using Pipe.Protocol;

namespace Pipe.Archives;

/// <summary>
/// A source that is to become an archive and must not end before it had a byte: mostly the command in front of the pipe has failed, and
/// an archive of nothing would look like a good one.
/// </summary>
/// <param name="source">Owned from here on.</param>
internal sealed class NonEmptySource(ISource source) : IStreamSource
{
    private readonly FrontToBack _front = new(source);

    public long Size => source.Size;

    public int Mode => source.Mode;

    public string Remark => source.Remark;

    public Failure? Verdict => source.Verdict;

    public int Read(Span<byte> buffer) => _front.Read(buffer);

    public bool HasMore() => _front.HasMore();

    /// <summary>If the source itself knows why it has nothing, that is the cause.</summary>
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
