using Pipe.Linux;
using Pipe.Protocol;

namespace Pipe.Engine;

/// <summary>A source behind a local shell command that it goes through. It ends well only if both do.</summary>
internal sealed class FilterSource : IStreamSource
{
    private const int Portion = 256 * 1024;
    private readonly ISource _inner;
    private readonly FrontToBack _front;
    private readonly Command _command;
    private readonly CommandOutput _output;
    private readonly Fd _input;
    private readonly Task _feeding;
    private volatile Failure? _failure;
    private volatile bool _isFed;

    /// <param name="command">Reads standard input, writes standard output.</param>
    /// <param name="inner">What it gets; owned from here on.</param>
    public FilterSource(string command, ISource inner)
    {
        (_inner, _front) = (inner, new FrontToBack(inner));
        try
        {
            (_command, _input) = Command.StartFilter(Resource.Command("", command));
        }
        catch (LinuxException e)
        {
            inner.Dispose();
            throw ObjectFailure.Of(e);
        }

        _output = new CommandOutput(_command);
        _feeding = Task.Factory.StartNew(Feed, TaskCreationOptions.LongRunning);
    }

    public long Size => -1;

    public int Mode => Terms.NoMode;

    public string Remark => string.Join("; ", ((string[])[_inner.Remark, Said]).Where(words => words.Length > 0));

    private string Said { get; set; } = "";

    public int Read(Span<byte> buffer) => _output.Read(buffer);

    public bool HasMore() => _output.HasMore();

    public void Finish()
    {
        var status = _command.Exit.GetAwaiter().GetResult();
        if (!_isFed && _failure is null)
        {
            _failure = Filters.Ended(_command, status, isEarly: true);
            _inner.Abort();
        }

        _feeding.Wait();
        if ((_failure ?? (status.IsSuccess ? null : Filters.Ended(_command, status, isEarly: false))) is { } failure)
        {
            throw failure;
        }

        Said = _command.Words;
    }

    public void Abort()
    {
        _failure ??= new Failure(ExitCode.Interrupted, $"{Place.Local} filter: stopped");
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

        _input.Dispose();
        _output.Dispose();
        _inner.Dispose();
    }

    /// <summary>Only a source that has ended well lets the command see the end.</summary>
    private void Feed()
    {
        var buffer = new byte[Portion];
        try
        {
            for (int count; (count = _front.Read(buffer)) > 0;)
            {
                _input.WriteAll(buffer.AsSpan(0, count));
            }

            _inner.Finish();
            _isFed = true;
            _command.Dismiss();
            _input.Dispose();
        }
        catch (LinuxException e) when (e.IsBrokenPipe)
        {
            // It reads no more: how it has ended is the cause.
        }
        catch (Exception e)
        {
            _failure ??= e as Failure ?? (e is LinuxException call ? ObjectFailure.Of(call) : new Failure(ExitCode.Bug, $"internal error: {e.Message}"));
            _command.Kill();
        }
    }
}
