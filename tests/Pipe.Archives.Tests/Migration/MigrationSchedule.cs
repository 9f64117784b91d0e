using System.Collections.Concurrent;
using System.Diagnostics;
using Pipe.Protocol;

namespace Pipe.Archives.Tests;

/// <summary>
/// Files are written and migrated, then recalled and read, while, chosen by a seed, every fault occurs that the fakes know: commands
/// that are slow, fail, hang or print half an answer, requests that are lost, files that are busy or go back to tape.
/// </summary>
internal sealed class MigrationSchedule : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(3);
    private readonly Random _random;
    private readonly FakeHsm _hsm;
    private readonly MigrationSystem _system;
    private readonly byte[][] _contents;
    private readonly string[] _paths;

    public MigrationSchedule(int seed)
    {
        _random = new Random(seed);
        var hang = Sometimes(0.04);
        _hsm = new FakeHsm(
            $"seed {seed}",
            $"delay {_random.Next(60)}",
            $"hang {hang}",
            $"slow {Sometimes(0.1)}",
            $"fail {Sometimes(0.2)}",
            $"garble {Sometimes(0.2)}",
            $"lose {Sometimes(0.3)}",
            $"busy {Sometimes(0.3)}",
            $"fallback {Sometimes(0.4)}");
        _system = FakeHsm.System(FakeHsm.Systems[seed % FakeHsm.Systems.Length], FakeHsm.Fast with { LongestCall = TimeSpan.FromSeconds(1) });
        _contents = [.. Enumerable.Range(0, _random.Next(1, 7)).Select(_ => Content())];
        _paths = [.. _contents.Select((_, i) => _hsm[$"stream.{i:000000}"])];
    }

    /// <summary>Runs the schedules with these seeds, a few at a time; returns a line for each failure.</summary>
    public static IReadOnlyCollection<string> RunAll(int first, int count)
    {
        const int atATime = 4;
        var failures = new ConcurrentQueue<string>();
        var next = first - 1;
        var runners = Enumerable.Range(0, atATime).Select(_ => new Thread(() =>
        {
            for (var seed = Interlocked.Increment(ref next); seed < first + count; seed = Interlocked.Increment(ref next))
            {
                Run(seed, failures);
            }
        })).ToArray();
        Array.ForEach(runners, runner => runner.Start());
        Array.ForEach(runners, runner => runner.Join());
        return failures;
    }

    /// <exception cref="InvalidOperationException">Something is not as it must be.</exception>
    public void RunToTheEnd()
    {
        var released = _random.Next(2) == 0;
        Write(released);
        if (!released)
        {
            Until(() => _system.Release(_paths, new Cancellation()).Values.All(outcome => outcome.IsAccepted), "the files are not released");
        }

        Read();
        Judge();
    }

    public void Dispose() => _hsm.Dispose();

    private static void Run(int seed, ConcurrentQueue<string> failures)
    {
        try
        {
            using var schedule = new MigrationSchedule(seed);
            schedule.RunToTheEnd();
        }
        catch (Exception e)
        {
            failures.Enqueue($"schedule {seed}: {e.Message}");
        }
    }

    private void Write(bool release)
    {
        using var queue = new MigrationQueue(_system, release);
        for (var i = 0; i < _paths.Length; i++)
        {
            _hsm.Write(_paths[i], _contents[i]);
            queue.Add(_paths[i], _contents[i].Length);
            Thread.Sleep(_random.Next(10));
            queue.Reclaim();
            if (release && _random.Next(2) == 0)
            {
                _system.Release([_paths[i]], new Cancellation()); // far too early, most often
            }
        }

        var errors = queue.Finish(Patience, _ => { }, untilCopied: true);
        Must(errors.Count == 0, string.Join("; ", errors));
        Until(() => !release || queue.Reclaim() == Reclaimed.Nothing, "the files are not released by the queue");
    }

    private void Read()
    {
        var budget = _contents.Sum(content => content.Length) * (1 + _random.Next(4)) / 4;
        var files = _paths.Zip(_contents, (path, content) => new RecallFile(path, content.Length)).ToArray();
        using var ahead = new RecallAhead(_system, files, new RecallTerms(budget, _random.Next(2) == 0, Patience, ExitCode.NoSpace, _ => { }));
        for (var i = 0; i < files.Length; i++)
        {
            while (!TryRead(ahead, i))
            {
            }

            ahead.Done(i);
        }
    }

    /// <summary>False if the file went back to tape between the answer and our lock, which is not a fault.</summary>
    private bool TryRead(RecallAhead ahead, int index)
    {
        var before = _hsm.Journal.Count;
        ahead.Await(index);
        using var file = Locked(_paths[index]);
        var bytes = new byte[_contents[index].Length];
        file.ReadExactly(bytes);
        if (bytes.AsSpan().SequenceEqual(_contents[index]))
        {
            return true;
        }

        var wentBack = _hsm.Journal.Skip(before).Any(line => line[0] == "fallback" && line[1] == _paths[index]);
        Must(wentBack, $"{_paths[index]} was read without a recall");
        return false;
    }

    /// <summary>With a lock that keeps the bytes where they are.</summary>
    private static FileStream Locked(string path)
    {
        while (true)
        {
            try
            {
                return new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read);
            }
            catch (IOException)
            {
                Thread.Sleep(1); // the fake has it locked to take its bytes away
            }
        }
    }

    private void Judge()
    {
        _hsm.Control();
        Must(!_hsm.Events("unsafe").Any(), $"unsafe release of {string.Join(", ", _hsm.Events("unsafe").Select(line => line[1]))}");
        var states = _system.StateOf(_paths, new Cancellation());
        Must(states.Values.All(state => state is MigrationState.Dual or MigrationState.Offline or MigrationState.Recalling), $"not all have copies: {string.Join(", ", states)}");
        Until(() => !_hsm.Hung.Any(Processes.IsRunning), "a command that hung still runs");
    }

    private byte[] Content()
    {
        var bytes = new byte[_random.Next(1, 5000)];
        _random.NextBytes(bytes);
        bytes[0] |= 1; // no file looks like a hole
        return bytes;
    }

    /// <summary>A probability up to this, in every other schedule.</summary>
    private string Sometimes(double most) => FormattableString.Invariant($"{(_random.Next(2) == 0 ? 0 : _random.NextDouble() * most):0.0000}");

    private static void Until(Func<bool> condition, string otherwise)
    {
        var started = Stopwatch.GetTimestamp();
        while (!condition())
        {
            Must(Stopwatch.GetElapsedTime(started) < Patience, otherwise);
            Thread.Sleep(5);
        }
    }

    private static void Must(bool condition, string otherwise)
    {
        if (!condition)
        {
            throw new InvalidOperationException(otherwise);
        }
    }
}
