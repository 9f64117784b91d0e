using System.Collections.Concurrent;
using System.Runtime.ExceptionServices;
using Pipe.Engine;
using Pipe.Linux;

namespace Pipe.Archives;

/// <summary>
/// What a fragment goes through while it grows and when it is full: one thread looks at its bytes, one makes them durable, closes, names
/// and records it, while the next one grows. The first failure ends all of it.
/// </summary>
internal sealed class FragmentPipeline : IDisposable
{
    private const int RetainedCapacity = 64 << 20;

    /// <summary>One that grows, one that is being finished.</summary>
    private const int AtATime = 2;

    private readonly BlockingCollection<RetainedBytes> _free = [];
    private readonly List<RetainedBytes> _memory = [];
    private readonly BlockingCollection<GrowingFragment> _uninspected = [];
    private readonly BlockingCollection<GrowingFragment> _unfinished = [];
    private readonly ConcurrentDictionary<GrowingFragment, bool> _all = [];
    private readonly CancellationTokenSource _over = new();
    private readonly FragmentInspector _inspector;
    private readonly Action<GrowingFragment> _record;
    private readonly Patience _patience;
    private readonly Task _inspecting;
    private readonly Task _finishing;
    private Exception? _failure;
    private volatile bool _isDisposed;

    /// <param name="inspector">Sees each byte, in order.</param>
    /// <param name="record">Gets each fragment once it is durable and closed; names it.</param>
    /// <param name="patience">Is at an end with the first failure.</param>
    public FragmentPipeline(FragmentInspector inspector, Action<GrowingFragment> record, Patience patience)
    {
        (_inspector, _record, _patience) = (inspector, record, patience);
        _inspecting = Task.Factory.StartNew(InspectAll, TaskCreationOptions.LongRunning);
        _finishing = Task.Factory.StartNew(FinishAll, TaskCreationOptions.LongRunning);
    }

    /// <summary>Memory for the next fragment; waits until an earlier one is finished.</summary>
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

    /// <summary>Nothing became of what the memory was for.</summary>
    public void Return(RetainedBytes memory) => _free.Add(memory);

    /// <summary>The next fragment has begun. It is disposed of here.</summary>
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

    /// <summary>There are no more: waits until all are recorded. Throws what failed.</summary>
    public void Complete()
    {
        End();
        ThrowIfFailed();
    }

    /// <summary>The first cause wins, and nobody waits any more. Any thread, any time.</summary>
    public void Fail(Exception cause)
    {
        Interlocked.CompareExchange(ref _failure, cause is LinuxException e ? ObjectFailure.Of(e) : cause, null);
        if (_isDisposed)
        {
            return;
        }

        _patience.GiveUp();
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

    /// <summary>After <see cref="Fail"/> or <see cref="Complete"/>, and when nobody writes any more.</summary>
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
