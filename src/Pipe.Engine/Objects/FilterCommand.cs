using Pipe.Linux;
using Pipe.Protocol;

namespace Pipe.Engine;

/// <summary>
/// A local shell command that filters the data. It succeeds only if it reads every byte, then sees the end, and exits with 0. The first failure, of the
/// command or at either of its ends, is the failure of the whole.
/// </summary>
internal sealed class FilterCommand : IDisposable
{
    private const string Who = $"{Place.Local} filter";
    private readonly Wake _over = new();
    private readonly Fd _input;
    private volatile Failure? _failure;
    private volatile bool _isFed;

    private FilterCommand(Command command, Fd input) => (Command, _input) = (command, input);

    public Command Command { get; }

    /// <param name="text">The command, which reads standard input and writes standard output.</param>
    /// <param name="inner">Disposed if the command cannot be started.</param>
    public static FilterCommand Start(string text, IDisposable inner)
    {
        try
        {
            var (command, input) = Command.StartFilter(Resource.Command("", text));
            return new FilterCommand(command, input);
        }
        catch (LinuxException e)
        {
            inner.Dispose();
            throw Failure.Of(e);
        }
    }

    public void Write(ReadOnlySpan<byte> bytes)
    {
        try
        {
            _input.WriteAll(bytes);
        }
        catch (LinuxException e)
        {
            throw _failure ?? (e.IsBrokenPipe ? Command.ClosedEarly(Who) : Failure.Of(e));
        }
    }

    /// <summary>Called after the last byte, once all input is known to be good: waits until the command has read it, and closes its input.</summary>
    public void EndInput()
    {
        if (!PipeDrain.Await(_input, _over))
        {
            throw _failure ?? Command.ClosedEarly(Who);
        }

        _isFed = true;
        Command.Dismiss();
        _input.Dispose();
    }

    /// <summary>Called at the end of its output: waits for it to exit.</summary>
    /// <returns>Whether it had received all of its input.</returns>
    public bool AwaitExit()
    {
        var status = Command.Exit.GetAwaiter().GetResult();
        if (!_isFed)
        {
            _failure ??= Command.EndedEarly(Who, status);
        }
        else if (!status.IsSuccess)
        {
            _failure ??= Command.Fault(Who, $"{status}");
        }

        return _isFed;
    }

    public void ThrowIfFailed()
    {
        if (_failure is { } failure)
        {
            throw failure;
        }
    }

    /// <summary>Ends the command, because its input or output has failed. Any thread, any time.</summary>
    public void Fail(Exception cause)
    {
        _failure ??= Failure.Of(cause);
        _over.Signal();
        Command.Kill();
    }

    /// <summary>Ends the command after the copy has failed.</summary>
    public void Stop() => Fail(new Failure(ExitCode.Interrupted, $"{Who}: stopped"));

    /// <summary>Called when no thread uses its ends any more.</summary>
    public void Dispose()
    {
        _input.Dispose();
        Command.Dispose();
        _over.Dispose();
    }
}
