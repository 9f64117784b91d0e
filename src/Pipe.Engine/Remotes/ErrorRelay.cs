using Pipe.Linux;
using Pipe.Protocol;

namespace Pipe.Engine;

/// <summary>
/// Forwards ssh's standard error to ours, or its lines to an observer. ssh does not inherit ours, because a kept login may hold the descriptor, and the
/// reader of our standard error would wait for the login to end.
/// </summary>
internal sealed class ErrorRelay : IDisposable
{
    /// <summary>A longer line is forwarded in parts.</summary>
    private const int LongestLine = 4096;

    /// <summary>The longest wait for the end of a process without a wake-up descriptor, if another process holds its standard error.</summary>
    private const int LookMilliseconds = 250;

    private readonly Fd _input;
    private readonly Action<string>? _take;
    private readonly Wake? _wake;
    private readonly List<byte> _line = [];
    private readonly TaskCompletionSource _done = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private volatile bool _isFinishing;

    /// <param name="input">Owned by this object from here on.</param>
    /// <param name="take">Takes each line; null to forward the bytes to our standard error.</param>
    /// <param name="isHeld">Whether a process that outlives the child is expected to hold its standard error open.</param>
    public ErrorRelay(Fd input, Action<string>? take, bool isHeld)
    {
        (_input, _take, _wake) = (input, take, isHeld ? new Wake() : null);
        DataThread.Start("standard error", Run);
    }

    /// <summary>The last line taken that was not empty.</summary>
    public string LastLine { get; private set; } = "";

    /// <summary>The child has exited: forwards what is buffered, then stops.</summary>
    public Task FinishAsync()
    {
        _isFinishing = true;
        _wake?.Signal();
        return _done.Task;
    }

    /// <summary>Called after <see cref="FinishAsync"/> has completed.</summary>
    public void Dispose() => _wake?.Dispose();

    private void Run()
    {
        var error = new Fd(2, "standard error");
        var some = new byte[LongestLine];
        try
        {
            while (Await() || Wake.HasInput(_input))
            {
                var count = _input.Read(some);
                if (count == 0)
                {
                    break;
                }

                if (_take is null)
                {
                    error.WriteAll(some.AsSpan(0, count));
                }
                else
                {
                    Take(some.AsSpan(0, count));
                }
            }

            End();
        }
        catch (LinuxException)
        {
            // Our standard error has no reader.
        }

        error.Release();
        _input.Dispose();
        _done.SetResult();
    }

    /// <summary>Waits for input or its end; false once the child has exited.</summary>
    private bool Await()
    {
        if (_wake is not null)
        {
            return _wake.Readable(_input);
        }

        while (!_isFinishing)
        {
            if (Wake.Await(_input, PollFd.In, LookMilliseconds))
            {
                return true;
            }
        }

        return false;
    }

    private void Take(ReadOnlySpan<byte> bytes)
    {
        foreach (var one in bytes)
        {
            if (one == (byte)'\n' || _line.Count == LongestLine)
            {
                End();
            }

            if (one is not ((byte)'\n' or (byte)'\r'))
            {
                _line.Add(one);
            }
        }
    }

    private void End()
    {
        if (_line.Count > 0)
        {
            LastLine = RawText.Decode([.. _line]);
            _line.Clear();
            _take?.Invoke(LastLine);
        }
    }
}
