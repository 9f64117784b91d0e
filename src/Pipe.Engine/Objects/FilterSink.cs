namespace Pipe.Engine;

/// <summary>A sink preceded by a filter command. Commits nothing unless the command succeeds.</summary>
internal sealed class FilterSink : ISink
{
    private const int Portion = 256 * 1024;
    private readonly ISink _inner;
    private readonly FilterCommand _filter;
    private readonly Task _draining;
    private long _position;

    /// <param name="command">The command, which reads standard input and writes standard output.</param>
    /// <param name="inner">Receives the output of the command; owned by this object from here on.</param>
    public FilterSink(string command, ISink inner)
    {
        (_inner, _filter) = (inner, FilterCommand.Start(command, inner));
        _draining = Task.Factory.StartNew(Drain, TaskCreationOptions.LongRunning);
    }

    public bool IsOrdered => true;

    public string Warning { get; private set; } = "";

    public void Write(ReadOnlySpan<byte> bytes, long offset) => _filter.Write(bytes);

    public void Hole(long offset, long length) => this.WriteZeros(offset, length);

    public void Commit(long size)
    {
        _filter.EndInput();
        _draining.Wait();
        _filter.AwaitExit();
        _filter.ThrowIfFailed();
        _inner.Commit(_position);
        Warning = Warnings.Of(_filter.Command.Words, _inner.Warning);
    }

    public void Abort()
    {
        _filter.Stop();
        _inner.Abort();
    }

    public void Dispose()
    {
        if (!_draining.IsCompleted)
        {
            Abort();
            _draining.Wait();
        }

        _filter.Dispose();
        _inner.Dispose();
    }

    /// <summary>Copies the output of the command until it closes it; ends the command if the inner sink fails.</summary>
    private void Drain()
    {
        var buffer = new byte[Portion];
        try
        {
            for (int count; (count = _filter.Command.Pipe.Read(buffer)) > 0; _position += count)
            {
                _inner.Write(buffer.AsSpan(0, count), _position);
            }
        }
        catch (Exception e)
        {
            _filter.Fail(e);
        }
    }
}
