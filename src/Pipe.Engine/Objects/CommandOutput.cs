using Pipe.Linux;

namespace Pipe.Engine;

/// <summary>The output of a command, read by one thread until it ends or is stopped.</summary>
/// <param name="command">Owned by this object from here on.</param>
internal sealed class CommandOutput(Command command) : IDisposable
{
    private readonly Wake _wake = new();

    public bool IsStopped => _wake.IsSignalled;

    /// <summary>Waits for bytes; 0 at the end, or once stopped.</summary>
    public int Read(Span<byte> buffer)
    {
        try
        {
            return _wake.Readable(command.Pipe) ? command.Pipe.Read(buffer) : 0;
        }
        catch (LinuxException e)
        {
            throw Failure.Of(e);
        }
    }

    /// <summary>Whether more can be read without waiting.</summary>
    public bool HasMore() => Wake.HasInput(command.Pipe);

    /// <summary>Wakes the reader, and kills the command. Any thread, any time.</summary>
    public void Stop()
    {
        _wake.Signal();
        command.Kill();
    }

    public void Dispose()
    {
        command.Dispose();
        _wake.Dispose();
    }
}
