using System.Collections.Concurrent;
using System.Diagnostics;
using Pipe.Linux;
using Pipe.Protocol;

namespace Pipe.Engine.Tests;

/// <summary>
/// One copy over lanes in memory, in the weather that a seed gives: lanes break and are made again, blocks come damaged, late,
/// twice and out of order, on lanes that keep the order and on lanes that do not. Throws if the copy hangs, or anything is not as it must be.
/// </summary>
internal sealed class Schedule : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);
    private readonly int _seed;
    private readonly Random _random;
    private readonly byte[] _bytes;
    private readonly int _block;
    private readonly int _lanes;
    private readonly int _window;
    private readonly bool _isStream;
    private readonly RecordingSink _sink;
    private readonly Outbox _outbox;
    private readonly Inbox _inbox;
    private readonly SlabPool? _kept;
    private readonly SlabPool _slabs;
    private readonly Tally _sent = new();
    private readonly Tally _received = new();
    private readonly SenderTerms _senderTerms;
    private readonly ReceiverTerms _receiverTerms;
    private readonly BlockingCollection<Action> _events = [];
    private readonly List<MemoryLink> _links = [];
    private readonly List<Action> _shutdowns = [];
    private readonly int _damagePercent;
    private readonly int _lagPercent;
    private int _inlineBreaks;
    private readonly bool _isEarly;
    private int _breaksLeft;
    private int _running;
    private bool _isClosing;
    private bool _isComplete;
    private bool _isWide;
    private bool _isInlineLost;
    private bool _isAllInline;
    private string _fault = "";

    /// <param name="seed">What decides everything that is not decided here.</param>
    /// <param name="isStream">Whether the source is a pipe.</param>
    /// <param name="isOrdered">Whether the sink is one.</param>
    public Schedule(int seed, bool isStream, bool isOrdered)
    {
        _seed = seed;
        _random = new Random(seed);
        _isStream = isStream;
        _block = _random.Next(3) switch { 0 => Limits.MinBlock, 1 => 8 * 1024, _ => 100 * 1024 };
        _lanes = _random.Next(5);
        _window = isOrdered ? _random.Next(3) switch { 0 => 1, 1 => 1 + _random.Next(4), _ => 16 } : 0;
        _isEarly = _lanes > 0 && _random.Next(4) == 0;
        _breaksLeft = _random.Next(8);
        _damagePercent = _random.Next(2) * _random.Next(12);
        _lagPercent = _random.Next(2) * _random.Next(30);
        var (bytes, holes) = MemoryFile.Make(_random, SizeByChance(), isStream ? 0 : _random.Next(4));
        _bytes = bytes;
        _sink = new RecordingSink(bytes.Length, isOrdered);
        if (isStream)
        {
            var kept = _window > 0 ? _window : Defaults.StreamWindow;
            _kept = new SlabPool(kept + 1, _block);
            var stream = new StreamOutbox(new MemoryStreamSource(bytes, new Random(seed), 500 + _random.Next(2 * _block), _lagPercent), _block, kept, _kept);
            _outbox = stream;
            Run("read", stream.Run);
        }
        else
        {
            _outbox = OutboxOf(new MemoryFile(bytes, holes));
        }

        var parked = _window > 0 ? _window : 1;
        _slabs = new SlabPool(parked + Limits.MaxLanes + 2, _block);
        _inbox = isOrdered ? new StreamInbox(_sink, _window, _received) : new RangeInbox(_sink, _received);
        _senderTerms = new SenderTerms(_block, DigestKind.XxHash3, new Pace(0), _sent);
        _receiverTerms = new ReceiverTerms(DigestKind.XxHash3, _slabs, isOrdered ? 1 : Defaults.AckEvery, _received);
        _inlineBreaks = _random.Next(4) == 0 ? 1 + _random.Next(3) : 0;
    }

    /// <summary>Of a sink that takes any order, some files are sent in another than theirs, as ranges come to be there.</summary>
    private RangeOutbox OutboxOf(MemoryFile file)
    {
        if (_window > 0 || _seed % 3 != 0)
        {
            return Outboxes.Sequential(file, _block, _window);
        }

        var schedule = new PrioritySchedule(file, _block, latePercent: _seed % 100, new Random(_seed));
        Run("arrive", () =>
        {
            while (schedule.TryArrive())
            {
                Thread.Yield();
            }
        });
        return new RangeOutbox(file, schedule, _block, _window);
    }

    public void RunToTheEnd()
    {
        var started = Stopwatch.GetTimestamp();
        _outbox.Wide.ContinueWith(_ => Post(Widen), TaskScheduler.Default);
        _outbox.Ended.ContinueWith(ended => Post(() => _inbox.Expect(ended.Result)), TaskScheduler.Default);
        _inbox.Complete.ContinueWith(
            complete => Post(() =>
            {
                _isComplete = true;
                _fault += complete.Exception?.InnerException?.Message ?? "";
            }),
            TaskScheduler.Default);
        Open(0);
        if (_isEarly)
        {
            OpenLanes();
        }

        try
        {
            RunUntil(() => _isComplete && (!_sink.IsOrdered || _sent.Bytes == _bytes.Length), started, "does not end");
            Require(_fault.Length == 0, _fault);
            CheckAfterwards();
        }
        finally
        {
            Close();
        }

        RunUntil(() => _running == 0, started, "leaves threads behind");
        Require(_fault.Length == 0, _fault);
        CheckSlabs(_slabs, "the receiver's");
        Require(
            _received.Damaged == _links.Sum(link => link.Flipped),
            $"{_received.Damaged} damaged blocks counted, {_links.Sum(link => link.Flipped)} were");
    }

    public void Dispose()
    {
        _kept?.Dispose();
        _slabs.Dispose();
        _sink.Dispose();
        _events.Dispose();
    }

    public override string ToString() =>
        $"seed {_seed}: {(_isStream ? "pipe" : "file")} to {(_sink.IsOrdered ? "pipe" : "file")}, {_bytes.Length} bytes, block {_block}, lanes {_lanes}, window {_window}, damage {_damagePercent} %";

    private int SizeByChance() => _random.Next(8) switch
    {
        0 => _random.Next(3),
        1 => Limits.InlineBytes - 1 + _random.Next(3),
        2 => _random.Next(Limits.InlineBytes),
        _ => _random.Next(400_000),
    };

    private void CheckAfterwards()
    {
        var faults = _sink.Faults(_bytes);
        Require(faults.Length == 0, faults);
        var end = _outbox.Ended.Result;
        Require(end.Size == _bytes.Length, $"the end says {end.Size} bytes");
        Require(_received.Bytes == _bytes.Length, $"the receiver counts {_received.Bytes} bytes");
        var inline = _links.Where(link => link.Number == 0).Sum(link => link.PayloadSent);
        Require(_isEarly || _isInlineLost || _isWide == _bytes.Length > Limits.InlineBytes, $"wide: {_isWide}");
        Require(
            _isAllInline || inline <= Limits.InlineBytes + (_isInlineLost ? _block : 0),
            $"{inline} bytes inside the control channel");
        if (_kept is not null && _sink.IsOrdered)
        {
            CheckSlabs(_kept, "the sender's");
        }
    }

    /// <summary>All slabs of a pool can be had at once.</summary>
    private void CheckSlabs(SlabPool pool, string whose)
    {
        var all = Limit.Of(() => Enumerable.Range(0, pool.Count).Select(_ => pool.Rent()!).ToList());
        Require(all.Wait(Patience), $"{whose} slabs did not all come back");
        all.Result.ForEach(slab => slab.Return());
        pool.Dispose();
    }

    private void Widen()
    {
        _isWide = true;
        if (_isClosing)
        {
            return;
        }

        if (_lanes == 0)
        {
            _isAllInline = true;
            _outbox.AllInline();
        }
        else if (_links.All(link => link.Number == 0))
        {
            OpenLanes();
        }
    }

    private void OpenLanes()
    {
        for (var number = 1; number <= _lanes; number++)
        {
            Open(number);
        }
    }

    private void Open(int number)
    {
        var breaks = number == 0 ? _inlineBreaks-- > 0 : _breaksLeft-- > 0;
        var byBlocks = _random.Next(2) == 0;
        Add(new MemoryLink(
            number,
            new Weather(
                _random.Next(),
                number == 0 ? Limits.InlineWindow : 1 + _random.Next(8),
                breaks && byBlocks ? 1 + _random.Next(12) : -1,
                breaks && !byBlocks ? 1 + _random.Next(6) : -1,
                _random.Next(2) == 0,
                number == 0 ? 0 : _damagePercent,
                _lagPercent,
                IsShuffled: number > 0 && _seed % 2 == 0),
            CheckWindow));
    }

    private void Add(MemoryLink link)
    {
        _links.Add(link);
        _running += 2;
        var sender = new LaneSender(link.Sender, _outbox, _senderTerms, Failed, (lane, _) => Post(() => Ended(lane.Id.Number, isSender: true)));
        var receiver = new LaneReceiver(link.Receiver, _inbox, _receiverTerms, Failed, (lane, _) => Post(() => Ended(lane.Id.Number, isSender: false)));
        _shutdowns.Add(sender.Shutdown);
        _shutdowns.Add(receiver.Shutdown);
        sender.Start();
        receiver.Start();
    }

    /// <summary>The sender makes a lane again as soon as its own end is broken: the other end may still be busy with earlier blocks.</summary>
    private void Ended(int number, bool isSender)
    {
        _running--;
        if (isSender && !_isClosing)
        {
            _isInlineLost |= number == 0;
            Open(number);
        }
    }

    private void Run(string what, Action work)
    {
        _running++;
        DataThread.Start(what, () =>
        {
            try
            {
                work();
            }
            catch (Exception e)
            {
                Failed(e);
            }

            Post(() => _running--);
        });
    }

    private void Close()
    {
        _isClosing = true;
        _outbox.Close();
        _shutdowns.ForEach(shutdown => shutdown());
    }

    private void Failed(Exception cause) => Post(() => _fault += cause.ToString());

    private void Post(Action what)
    {
        try
        {
            _events.Add(what);
        }
        catch (ObjectDisposedException)
        {
            // The end of a schedule that has already failed.
        }
    }

    private void RunUntil(Func<bool> isDone, long started, string fault)
    {
        while (!isDone() && _fault.Length == 0)
        {
            if (_events.TryTake(out var happened, 1))
            {
                happened();
            }

            Require(Stopwatch.GetElapsedTime(started) < Patience, $"{fault}: {_sink.Calls} blocks with the sink, {_sent.Bytes} bytes acknowledged, complete {_isComplete}, wide {_isWide}, {_running} threads, links: {string.Join("; ", _links)}");
        }
    }

    private void CheckWindow(BlockHeader header)
    {
        if (_window > 0 && header.Sequence >= (ulong)(_sink.Calls + _window))
        {
            Failed(new InvalidOperationException($"block {header.Sequence} sent while the sink has {_sink.Calls}"));
        }
    }

    private void Require(bool condition, string fault)
    {
        if (!condition)
        {
            throw new InvalidOperationException($"{this}: {fault}");
        }
    }
}
