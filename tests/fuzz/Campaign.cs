using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using Pipe.Protocol;

namespace Pipe.Fuzz;

/// <summary>
/// Plays cases of many targets at the same time. Each case has a seed of its own, made of the seed of the campaign, the target and its number. A finding leaves
/// a file with the target and that seed, or the case itself, from which the case can be played again, and the campaign goes on.
/// </summary>
/// <param name="findings">The directory of those files.</param>
/// <param name="output">Receives the findings and the number of cases. Safe from any thread.</param>
internal sealed class Campaign(string findings, TextWriter output)
{
    private const int RoundsBetweenStocks = 400;

    /// <summary>Findings of one kind that are written down.</summary>
    private const int MostOfAKind = 3;

    private readonly ConcurrentDictionary<(string Target, int Seed), Log> _running = new();
    private readonly Lock _reporting = new();
    private readonly Dictionary<string, int> _kinds = [];
    private int _found;

    /// <summary>Plays until it is over; the exit status of the program.</summary>
    public int Run(Func<bool> isOver, int seed, ITarget[] targets)
    {
        output.WriteLine($"seed {seed}");
        var runs = targets.Select(target => new Thread(() => Run(isOver, seed, target)) { Name = target.Name }).ToList();
        runs.ForEach(run => run.Start());
        runs.ForEach(run => run.Join());
        if (_found > 0)
        {
            output.WriteLine($"{_found} findings of {_kinds.Count} kinds");
        }

        return _found > 0 ? 1 : 0;
    }

    /// <summary>Plays the case of a finding; the exit status of the program.</summary>
    public int PlayAgain(string file, ITarget[] targets)
    {
        var keys = File.ReadLines(file).TakeWhile(line => line.Length > 0).Select(line => line.Split(": ", 2)).ToDictionary(pair => pair[0], pair => pair[1]);
        var target = Array.Find(targets, one => one.Name == keys["target"])!;
        var log = new Log { Case = keys.GetValueOrDefault("case", "") };
        var isGood = Play(target, int.Parse(keys["seed"], CultureInfo.InvariantCulture), log);
        foreach (var line in log.Lines())
        {
            output.WriteLine(line);
        }

        output.WriteLine(isGood ? "nothing found this time" : "found again");
        return isGood ? 0 : 1;
    }

    /// <summary>Reports an exception that ended a thread of the program under test: one of the running cases caused it.</summary>
    public void ReportDeath(Exception e)
    {
        foreach (var (key, log) in _running)
        {
            Report(key.Target, key.Seed, log, new Finding("a thread died while this case was running", e));
        }
    }

    private void Run(Func<bool> isOver, int seed, ITarget target)
    {
        var rounds = 0;
        var start = Stopwatch.GetTimestamp();
        while (!isOver())
        {
            rounds += PlayRounds(isOver, seed, target, rounds);
            try
            {
                target.TakeStock();
            }
            catch (Finding e)
            {
                Report(target.Name, 0, new Log(), e);
            }
        }

        var cases = (long)rounds * target.CasesInRound;
        output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{target.Name}: {cases} cases, {cases / Stopwatch.GetElapsedTime(start).TotalSeconds:0} a second"));
        foreach (var line in target.Summary)
        {
            output.WriteLine($"  {line}");
        }
    }

    /// <summary>Plays the next rounds, as many at once as the target allows; returns their number.</summary>
    private int PlayRounds(Func<bool> isOver, int seed, ITarget target, int first)
    {
        var number = first - 1;
        var played = 0;
        var workers = Enumerable.Range(0, target.AtOnce).Select(_ => new Thread(() =>
        {
            for (int mine; !isOver() && (mine = Interlocked.Increment(ref number)) < first + RoundsBetweenStocks;)
            {
                Play(target, SeedOf(seed, target.Name, mine), new Log());
                Interlocked.Increment(ref played);
            }
        })).ToList();
        workers.ForEach(worker => worker.Start());
        workers.ForEach(worker => worker.Join());
        return played;
    }

    private bool Play(ITarget target, int seed, Log log)
    {
        _running[(target.Name, seed)] = log;
        try
        {
            if (log.Case.Length > 0)
            {
                target.Replay(log.Case, log);
            }
            else
            {
                target.Play(new Random(seed), log);
            }

            return true;
        }
        catch (Exception e)
        {
            Report(target.Name, seed, log, e);
            return false;
        }
        finally
        {
            _running.TryRemove((target.Name, seed), out _);
        }
    }

    private void Report(string target, int seed, Log log, Exception e)
    {
        lock (_reporting)
        {
            _found++;
            var kind = $"{target}: {e.GetType().Name}: {(e is Finding ? new string([.. e.Message.Where(static c => !char.IsAsciiDigit(c))]) : e.StackTrace?.Split('\n')[0])}";
            if ((_kinds[kind] = _kinds.GetValueOrDefault(kind) + 1) > MostOfAKind)
            {
                return;
            }

            var file = Path.Combine(findings, $"{target}-{seed}.txt");
            string[] lines = [$"target: {target}", $"seed: {seed}", .. log.Case.Length > 0 ? [$"case: {log.Case}"] : Array.Empty<string>(), "", .. log.Lines(), "", e.ToString()];
            File.WriteAllBytes(file, RawText.Encode(string.Concat(lines.Select(static line => line + "\n"))));
            output.WriteLine($"FOUND in {target}: {(e is Finding ? "" : e.GetType().Name + ": ")}{e.Message}{(e.InnerException is { } inner ? $": {inner.GetType().Name}: {inner.Message}" : "")}");
            output.WriteLine($"play it again: tests/fuzz/run {Path.GetRelativePath(Environment.CurrentDirectory, file)}");
        }
    }

    private static int SeedOf(int seed, string target, int number)
    {
        var hash = 2166136261u;
        foreach (var c in $"{seed} {target} {number}")
        {
            hash = (hash ^ c) * 16777619;
        }

        return (int)(hash >> 1);
    }
}
