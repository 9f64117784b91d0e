using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;

namespace Pipe.Fuzz;

/// <summary>
/// usage: pipe-fuzz ROOT SECONDS [SEED [TARGET]] or pipe-fuzz ROOT FILE. Each case has a seed of its own, made of the seed of the run, the target and its
/// number; a finding leaves a file with the target and that seed, from which the case can be played again, and the run goes on.
/// </summary>
internal static class Program
{
    private const int CasesBetweenStocks = 400;

    /// <summary>Findings of one kind that are written down.</summary>
    private const int MostOfAKind = 3;

    private static readonly ConcurrentDictionary<(string Target, int Seed), Log> Running = new();
    private static readonly Lock Reporting = new();
    private static readonly Dictionary<string, int> Kinds = [];
    private static string _findings = "";
    private static int _found;

    private static int Main(string[] words)
    {
        // The sessions here are between this machine and itself.
        Environment.SetEnvironmentVariable("SSH_CONNECTION", "127.0.0.1 0 127.0.0.1 0");
        _findings = Path.Combine(words[0], "artifacts/fuzz");
        Directory.CreateDirectory(_findings);
        AppDomain.CurrentDomain.UnhandledException += (_, e) => Die((Exception)e.ExceptionObject);
        var corpus = new Corpus(words[0]);
        using var sessions = new Sessions.SessionTarget(corpus);
        ITarget[] targets = [new DecoderTarget(corpus), new LineTarget(), new WatchingTarget(), new ChannelTarget(corpus), new TreeTarget(corpus), new DatagramTarget(corpus), new Nbd.ServerTarget(), new Nbd.ClientTarget(), sessions];
        return int.TryParse(words[1], NumberStyles.None, CultureInfo.InvariantCulture, out var seconds)
            ? RunFor(seconds, words.Length > 2 ? int.Parse(words[2], CultureInfo.InvariantCulture) : Random.Shared.Next(), words.Length > 3 ? [.. targets.Where(one => one.Name == words[3])] : targets)
            : PlayAgain(words[1], targets);
    }

    private static int RunFor(int seconds, int seed, ITarget[] targets)
    {
        Console.WriteLine($"seed {seed}");
        var until = Stopwatch.GetTimestamp() + (seconds * Stopwatch.Frequency);
        var runs = targets.Select(target => new Thread(() => RunTarget(target, seed, until)) { Name = target.Name }).ToList();
        runs.ForEach(run => run.Start());
        runs.ForEach(run => run.Join());
        if (_found > 0)
        {
            Console.WriteLine($"{_found} findings of {Kinds.Count} kinds");
        }

        return _found > 0 ? 1 : 0;
    }

    private static void RunTarget(ITarget target, int seed, long until)
    {
        var next = 0;
        var start = Stopwatch.GetTimestamp();
        while (Stopwatch.GetTimestamp() < until)
        {
            var last = next + CasesBetweenStocks;
            var number = next - 1;
            var workers = Enumerable.Range(0, target.AtOnce).Select(_ => new Thread(() =>
            {
                for (int mine; (mine = Interlocked.Increment(ref number)) < last && Stopwatch.GetTimestamp() < until;)
                {
                    Play(target, SeedOf(seed, target.Name, mine), out var _);
                }
            })).ToList();
            workers.ForEach(worker => worker.Start());
            workers.ForEach(worker => worker.Join());
            next = Math.Min(last, number);
            try
            {
                target.TakeStock();
            }
            catch (Finding e)
            {
                Report(target.Name, 0, new Log(), e);
            }
        }

        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{target.Name}: {next} cases, {next / Stopwatch.GetElapsedTime(start).TotalSeconds:0} a second"));
        foreach (var line in target.Summary)
        {
            Console.WriteLine($"  {line}");
        }
    }

    private static bool Play(ITarget target, int seed, out Log log)
    {
        log = new Log();
        Running[(target.Name, seed)] = log;
        try
        {
            target.Play(new Random(seed), log);
            return true;
        }
        catch (Exception e)
        {
            Report(target.Name, seed, log, e);
            return false;
        }
        finally
        {
            Running.TryRemove((target.Name, seed), out _);
        }
    }

    private static int PlayAgain(string file, ITarget[] targets)
    {
        var keys = File.ReadLines(file).TakeWhile(line => line.Length > 0).Select(line => line.Split(": ", 2)).ToDictionary(pair => pair[0], pair => pair[1]);
        var isGood = Play(Array.Find(targets, target => target.Name == keys["target"])!, int.Parse(keys["seed"], CultureInfo.InvariantCulture), out var log);
        foreach (var line in log.Lines())
        {
            Console.WriteLine(line);
        }

        Console.WriteLine(isGood ? "nothing found this time" : "found again");
        return isGood ? 0 : 1;
    }

    /// <summary>A thread of the program has thrown: one of the cases that run has done it.</summary>
    private static void Die(Exception e)
    {
        foreach (var (key, log) in Running)
        {
            Report(key.Target, key.Seed, log, new Finding("a thread died while this case was running", e));
        }

        Environment.Exit(1);
    }

    private static void Report(string target, int seed, Log log, Exception e)
    {
        lock (Reporting)
        {
            _found++;
            var kind = $"{target}: {e.GetType().Name}: {(e is Finding ? new string([.. e.Message.Where(static c => !char.IsAsciiDigit(c))]) : e.StackTrace?.Split('\n')[0])}";
            if ((Kinds[kind] = Kinds.GetValueOrDefault(kind) + 1) > MostOfAKind)
            {
                return;
            }

            var file = Path.Combine(_findings, $"{target}-{seed}.txt");
            File.WriteAllLines(file, [$"target: {target}", $"seed: {seed}", "", .. log.Lines(), "", e.ToString()]);
            Console.WriteLine($"FOUND in {target}: {(e is Finding ? "" : e.GetType().Name + ": ")}{e.Message}{(e.InnerException is { } inner ? $": {inner.GetType().Name}: {inner.Message}" : "")}");
            Console.WriteLine($"play it again: tests/fuzz/run {Path.GetRelativePath(Environment.CurrentDirectory, file)}");
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
