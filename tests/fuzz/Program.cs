using System.Diagnostics;
using System.Globalization;

namespace Pipe.Fuzz;

/// <summary>usage: pipe-fuzz ROOT SECONDS [SEED [TARGET]] or pipe-fuzz ROOT FILE</summary>
internal static class Program
{
    private static int Main(string[] words)
    {
        Coverage.Start();

        // The sessions here are between this machine and itself.
        Environment.SetEnvironmentVariable("SSH_CONNECTION", "127.0.0.1 0 127.0.0.1 0");
        var findings = Path.Combine(words[0], "artifacts/fuzz");
        Directory.CreateDirectory(findings);
        var campaign = new Campaign(findings, Console.Out);
        AppDomain.CurrentDomain.UnhandledException += (_, e) =>
        {
            campaign.ReportDeath((Exception)e.ExceptionObject);
            Environment.Exit(1);
        };
        var corpus = new Corpus(words[0]);
        using var sessions = new Sessions.SessionTarget(corpus);
        ITarget[] targets = [new DecoderTarget(corpus), new LineTarget(), new WatchingTarget(), new ChannelTarget(corpus), new TreeTarget(corpus), new DatagramTarget(corpus), new Nbd.ServerTarget(), new Nbd.ClientTarget(), sessions];
        if (!int.TryParse(words[1], NumberStyles.None, CultureInfo.InvariantCulture, out var seconds))
        {
            return campaign.PlayAgain(words[1], targets);
        }

        var until = Stopwatch.GetTimestamp() + (seconds * Stopwatch.Frequency);
        var seed = words.Length > 2 ? int.Parse(words[2], CultureInfo.InvariantCulture) : Random.Shared.Next();
        return campaign.Run(() => Stopwatch.GetTimestamp() >= until, seed, words.Length > 3 ? [.. targets.Where(one => one.Name == words[3])] : targets);
    }
}
