using Pipe.Protocol;

namespace Pipe.Engine;

/// <summary>One copy's view of a shared source.</summary>
/// <param name="shared">The source of all copies.</param>
/// <param name="number">The index of this copy.</param>
/// <param name="tally">The counters of this copy.</param>
internal sealed class SharedBranch(SharedSource shared, int number, Tally tally) : ISource
{
    private readonly Lock _failing = new();
    private Action<Exception>? _failed;
    private Exception? _fault;

    public long Size => shared.Source.Size;

    public long Occupied => shared.Source.Occupied;

    public int Mode => shared.Source.Mode;

    public string Warning => shared.Source.Warning;

    public Failure? Verdict => shared.Source.Verdict;

    public WideDigest StreamDigest => shared.Source.StreamDigest;

    public Outbox MakeOutbox(int block, int window, Action<Exception> failed)
    {
        if (block != Defaults.Block)
        {
            throw new Failure(ExitCode.Protocol, $"blocks of {block} bytes, where other copies have {Defaults.Block}");
        }

        var outbox = shared.MakeOutbox(number, window, tally);
        lock (_failing)
        {
            _failed = failed;
            if (_fault is not null)
            {
                failed(_fault);
            }
        }

        return outbox;
    }

    public void Finish() => shared.ThrowAtEnd();

    public void Abort() => shared.Leave(number);

    public void Dispose() => shared.Leave(number);

    /// <summary>Fails this copy alone.</summary>
    internal void Fail(Exception cause)
    {
        lock (_failing)
        {
            _fault ??= cause;
            _failed?.Invoke(_fault);
        }
    }
}
