using System.Collections.Concurrent;
using System.Runtime.ExceptionServices;
using Pipe.Engine;
using Pipe.Linux;

namespace Pipe.Archives;

/// <summary>
/// Processes the fragments: one thread inspects the bytes of the growing fragment, another makes full fragments durable, closes, names and records
/// them. The first failure ends everything.
/// </summary>
internal sealed class FragmentPipeline : IDisposable
{
    private const int RetainedCapacity = 64 << 20;

    /// <summary>One fragment that grows, one that is being finished.</summary>
    private const int AtATime = 2;

    private readonly BlockingCollection<RetainedBytes> _free = [];
    private readonly List<RetainedBytes> _memory = [];
    private readonly BlockingCollection<GrowingFragment> _uninspected = [];
    private readonly BlockingCollection<GrowingFragment> _unfinished = [];
    private readonly ConcurrentDictionary<GrowingFragment, bool> _all = [];
    private readonly CancellationTokenSource _over = new();
    private readonly FragmentInspector _inspector;
    private readonly Action<GrowingFragment> _record;
    private readonly SpaceRetry _retry;
    private readonly Task _inspecting;
    private readonly Task _finishing;
    private Exception? _failure;
    private volatile bool _isDisposed;

    /// <param name="inspector">Inspects each byte, in order.</param>
    /// <param name="record">Called with each fragment once it is durable and closed; names it.</param>
    /// <param name="retry">Its waits end with the first failure.</param>
    public FragmentPipeline(FragmentInspector inspector, Action<GrowingFragment> record, SpaceRetry retry)
    {
        (_inspector, _record, _retry) = (inspector, record, retry);
        _inspecting = Task.Factory.StartNew(InspectAll, TaskCreationOptions.LongRunning);
        _finishing = Task.Factory.StartNew(FinishAll, TaskCreationOptions.LongRunning);
    }

    /// <summary>Takes memory for the next fragment; waits until an earlier one is finished.</summary>
    public RetainedBytes TakeMemory()
    {
        if (_free.TryTake(out var spare))
        {
            return spare;
        }

        if (_memory.Count < AtATime)
        {
            _memory.Add(new RetainedBytes(RetainedCapacity));
            return _memory[^1];
        }

        try
        {
            return _free.Take(_over.Token);
        }
        catch (OperationCanceledException)
        {
            ThrowIfFailed();
            throw;
        }
    }

    /// <summary>Returns unused memory.</summary>
    public void Return(RetainedBytes memory) => _free.Add(memory);

    /// <summary>Adds the next fragment, which is disposed of here.</summary>
    public void Add(GrowingFragment fragment)
    {
        _all[fragment] = true;
        _uninspected.Add(fragment);
        _unfinished.Add(fragment);
        if (_failure is not null)
        {
            fragment.File.Abandon();
        }
    }

    /// <summary>Waits until all fragments are recorded; no more may be added. Throws the first failure.</summary>
    public void Complete()
    {
        End();
        ThrowIfFailed();
    }

    /// <summary>Fails the pipeline and ends all waits; the first cause is kept. Any thread, any time.</summary>
    public void Fail(Exception cause)
    {
        Interlocked.CompareExchange(ref _failure, cause is LinuxException e ? Failure.Of(e) : cause, null);
        if (_isDisposed)
        {
            return;
        }

        _retry.GiveUp();
        _over.Cancel();
        foreach (var fragment in _all.Keys)
        {
            fragment.File.Abandon();
        }
    }

    public void ThrowIfFailed()
    {
        if (_failure is { } failure)
        {
            ExceptionDispatchInfo.Throw(failure);
        }
    }

    /// <summary>Called after <see cref="Fail"/> or <see cref="Complete"/>, once no thread writes any more.</summary>
    public void Dispose()
    {
        End();
        _isDisposed = true;
        foreach (var fragment in _all.Keys)
        {
            fragment.File.Dispose();
        }

        _memory.ForEach(memory => memory.Dispose());
        _over.Dispose();
    }

    private void End()
    {
        _uninspected.CompleteAdding();
        _unfinished.CompleteAdding();
        _inspecting.Wait();
        _finishing.Wait();
    }

    private void InspectAll() => Guard(() =>
    {
        foreach (var fragment in _uninspected.GetConsumingEnumerable())
        {
            try
            {
                fragment.Digests.SetResult(_inspector.Inspect(fragment.File));
            }
            catch (Exception e)
            {
                fragment.Digests.SetException(e);
                throw;
            }
        }
    });

    private void FinishAll() => Guard(() =>
    {
        foreach (var fragment in _unfinished.GetConsumingEnumerable())
        {
            if (fragment.File.KeepDurable())
            {
                fragment.File.Finish();
                _record(fragment);
            }

            fragment.File.Dispose();
            _all.TryRemove(fragment, out _);
            _free.Add(fragment.File.Retained);
        }
    });

    private void Guard(Action work)
    {
        try
        {
            work();
        }
        catch (Exception e)
        {
            Fail(e);
        }
    }
}
