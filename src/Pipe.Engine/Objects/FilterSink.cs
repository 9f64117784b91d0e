using Pipe.Linux;
using Pipe.Protocol;

namespace Pipe.Engine;

/// <summary>A sink behind a local shell command that all goes through. Nothing is committed unless the command has ended well.</summary>
internal sealed class FilterSink : ISink
{
    private const int Portion = 256 * 1024;
    private readonly ISink _inner;
    private readonly Command _command;
    private readonly Fd _input;
    private readonly Task _draining;
    private volatile Failure? _failure;
    private long _position;

    /// <param name="command">Reads standard input, writes standard output.</param>
    /// <param name="inner">Gets what it writes; owned from here on.</param>
    public FilterSink(string command, ISink inner)
    {
        _inner = inner;
        try
        {
            (_command, _input) = Command.StartFilter(Resource.Command("", command));
        }
        catch (LinuxException e)
        {
            inner.Dispose();
            throw ObjectFailure.Of(e);
        }

        _draining = Task.Factory.StartNew(Drain, TaskCreationOptions.LongRunning);
    }

    public bool IsOrdered => true;

    public string Remark { get; private set; } = "";

    public void Write(ReadOnlySpan<byte> bytes, long offset)
    {
        try
        {
            _input.WriteAll(bytes);
        }
        catch (LinuxException e)
        {
            throw _failure ?? (e.IsBrokenPipe ? Filters.Ended(_command, _command.Exit.GetAwaiter().GetResult(), isEarly: true) : ObjectFailure.Of(e));
        }
    }

    public void Hole(long offset, long length) => this.WriteZeros(offset, length);

    public void Commit(long size)
    {
        _command.Dismiss();
        _input.Dispose();
        _draining.Wait();
        var status = _command.Exit.GetAwaiter().GetResult();
        if ((_failure ?? (status.IsSuccess ? null : Filters.Ended(_command, status, isEarly: false))) is { } failure)
        {
            throw failure;
        }

        _inner.Commit(_position);
        Remark = string.Join("; ", ((string[])[_command.Words, _inner.Remark]).Where(words => words.Length > 0));
    }

    public void Abort()
    {
        _failure ??= new Failure(ExitCode.Interrupted, $"{Place.Local} filter: stopped");
        _command.Kill();
        _inner.Abort();
    }

    public void Dispose()
    {
        if (!_draining.IsCompleted)
        {
            Abort();
            _draining.Wait();
        }

        _input.Dispose();
        _command.Dispose();
        _inner.Dispose();
    }

    /// <summary>Until the command has closed its output; when what takes it fails, the command ends.</summary>
    private void Drain()
    {
        var buffer = new byte[Portion];
        try
        {
            for (int count; (count = _command.Pipe.Read(buffer)) > 0; _position += count)
            {
                _inner.Write(buffer.AsSpan(0, count), _position);
            }
        }
        catch (Exception e)
        {
            _failure ??= e as Failure ?? (e is LinuxException call ? ObjectFailure.Of(call) : new Failure(ExitCode.Bug, $"internal error: {e.Message}"));
            _command.Kill();
        }
    }
}
