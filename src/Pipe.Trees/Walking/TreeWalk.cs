namespace Pipe.Trees;

/// <summary>
/// Hands out the remaining steps to several threads. Depth first, so that few directories are open at a time. A step's successors are pushed before the
/// step is done, so that no thread mistakes an empty stack for the end.
/// </summary>
internal sealed class TreeWalk : IDisposable
{
    private readonly object _gate = new();
    private readonly Stack<Cursor> _cursors = new();
    private Func<Cursor>? _last;
    private int _busy;
    private bool _isAborted;

    /// <summary>Sets the steps that follow, once, after everything else is done.</summary>
    public void PushLast(Func<Cursor> last) => _last = last;

    /// <summary>Takes the next step; false if there is none, or none without waiting. Each step must be ended with <see cref="Done"/>.</summary>
    public bool TryNext(bool mayWait, out Step step)
    {
        lock (_gate)
        {
            while (!_isAborted)
            {
                while (_cursors.TryPeek(out var top))
                {
                    if (top.TryNext(out step))
                    {
                        _busy++;
                        return true;
                    }

                    _cursors.Pop().Dispose();
                }

                if (_busy == 0 && _last is { } last)
                {
                    _last = null;
                    _cursors.Push(last());
                    continue;
                }

                if (_busy == 0 || !mayWait)
                {
                    break;
                }

                Monitor.Wait(_gate);
            }
        }

        step = null!;
        return false;
    }

    /// <summary>Packs a step; false if there is no room for it.</summary>
    public delegate bool Packing(ref Pack pack, Step step);

    /// <summary>Fills a block with whole entries and returns its length; 0 at the end.</summary>
    public int Fill(Span<byte> buffer, Packing tryPack)
    {
        var pack = new Pack(buffer);
        while (TryNext(mayWait: pack.Length == 0, out var step))
        {
            if (!tryPack(ref pack, step))
            {
                Return(step);
                break;
            }

            Done();
        }

        return pack.Length;
    }

    public void Push(Cursor cursor)
    {
        lock (_gate)
        {
            _cursors.Push(cursor);
            Monitor.PulseAll(_gate);
        }
    }

    /// <summary>Whether everything was handed out, without an abort.</summary>
    public bool IsWhole
    {
        get
        {
            lock (_gate)
            {
                return !_isAborted;
            }
        }
    }

    /// <summary>Gives back a step that does not fit: another thread takes it next.</summary>
    public void Return(Step step)
    {
        Push(new StepsCursor([step]));
        Done();
    }

    public void Done()
    {
        lock (_gate)
        {
            if (--_busy == 0)
            {
                Monitor.PulseAll(_gate);
            }
        }
    }

    public void Abort()
    {
        lock (_gate)
        {
            _isAborted = true;
            Monitor.PulseAll(_gate);
        }
    }

    public void Dispose()
    {
        lock (_gate)
        {
            _isAborted = true;
            while (_cursors.TryPop(out var cursor))
            {
                cursor.Dispose();
            }
        }
    }
}
