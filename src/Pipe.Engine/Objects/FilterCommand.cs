using Pipe.Linux;
using Pipe.Protocol;

namespace Pipe.Engine;

/// <summary>
/// A local shell command that data go through. It ends well only if it has read every byte, has then seen the end, and ends with 0.
/// The first failure, of the command or of what is at its ends, is that of all.
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

    /// <param name="text">Reads standard input, writes standard output.</param>
    /// <param name="inner">What is disposed of if there is no such filter.</param>
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
            throw ObjectFailure.Of(e);
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
            throw _failure ?? (e.IsBrokenPipe ? Command.ClosedEarly(Who) : ObjectFailure.Of(e));
        }
    }

    /// <summary>After the last byte, and when all that it stands for is known to be good: waits until the command has read it, and lets it see the end.</summary>
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

    /// <summary>Its output is at its end: waits for its own.</summary>
    /// <returns>Whether it had all of its input.</returns>
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

    /// <summary>Something at one of its ends has failed: the command ends. Any thread, any time.</summary>
    public void Fail(Exception cause)
    {
        _failure ??= cause as Failure ?? (cause is LinuxException call ? ObjectFailure.Of(call) : new Failure(ExitCode.Bug, $"internal error: {cause.Message}"));
        _over.Signal();
        Command.Kill();
    }

    /// <summary>The copy has failed.</summary>
    public void Stop() => Fail(new Failure(ExitCode.Interrupted, $"{Who}: stopped"));

    /// <summary>When nobody is at its ends any more.</summary>
    public void Dispose()
    {
        _input.Dispose();
        Command.Dispose();
        _over.Dispose();
    }
}
