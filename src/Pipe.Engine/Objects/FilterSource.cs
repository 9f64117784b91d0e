using Pipe.Protocol;

namespace Pipe.Engine;

/// <summary>A source followed by a filter command. It succeeds only if both do.</summary>
internal sealed class FilterSource : IStreamSource
{
    private const int Portion = 256 * 1024;
    private readonly ISource _inner;
    private readonly FrontToBack _front;
    private readonly FilterCommand _filter;
    private readonly CommandOutput _output;
    private readonly Task _feeding;

    /// <param name="command">The command, which reads standard input and writes standard output.</param>
    /// <param name="inner">The input of the command; owned by this object from here on.</param>
    public FilterSource(string command, ISource inner)
    {
        (_inner, _front) = (inner, new FrontToBack(inner));
        _filter = FilterCommand.Start(command, inner);
        _output = new CommandOutput(_filter.Command);
        _feeding = Task.Factory.StartNew(Feed, TaskCreationOptions.LongRunning);
    }

    public long Size => -1;

    public int Mode => Terms.NoMode;

    public string Warning => Warnings.Of(_inner.Warning, Said);

    private string Said { get; set; } = "";

    public int Read(Span<byte> buffer) => _output.Read(buffer);

    public bool HasMore() => _output.HasMore();

    public void Finish()
    {
        if (!_filter.AwaitExit())
        {
            _inner.Abort();
        }

        _feeding.Wait();
        _filter.ThrowIfFailed();
        Said = _filter.Command.Words;
    }

    public void Abort()
    {
        _filter.Stop();
        _inner.Abort();
        _output.Stop();
    }

    public void Dispose()
    {
        if (!_feeding.IsCompleted)
        {
            Abort();
            _feeding.Wait();
        }

        _filter.Dispose();
        _output.Dispose();
        _inner.Dispose();
    }

    /// <summary>Feeds the command. It sees the end of its input only if the source has succeeded.</summary>
    private void Feed()
    {
        var buffer = new byte[Portion];
        try
        {
            for (int count; (count = _front.Read(buffer)) > 0;)
            {
                _filter.Write(buffer.AsSpan(0, count));
            }

            _inner.Finish();
            _filter.EndInput();
        }
        catch (Exception e)
        {
            _filter.Fail(e);
        }
    }
}
