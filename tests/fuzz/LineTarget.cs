using System.Text;
using Pipe.Engine;
using Pipe.Protocol;

namespace Pipe.Fuzz;

/// <summary>Command lines: a request or an error of usage, in one printable line; and a plan survives being printed.</summary>
internal sealed class LineTarget : ITarget
{
    private static readonly string[] Arguments =
    [
        "", "-", "--", "-r", "host", "-oProxyCommand=x", "a b", "$(x)", "`x`", "%h", "a\\", "::1", "[::1]:22", "user@host", "0", "1", "-1", "65535", "65536", "1-2", "2-1", "1-65536", "99999999999999999999",
        "4k", "1g", "2g", "0g", "9e18", "8388608t", "9223372036854775807", "9223372036854775808", "none", "md5", "local", "sh -c 'x", "sh -c \"x\"", "\\", "'", "\"", "\n", "\t", "\u001b[2J", "\u009b", "\ud800", "\udc80", "\udcff",
        "null:", "pattern:", "pattern:1g", "pattern:-1", "pattern:0", "./null:", "././pattern:1", "/", ".", "..", "a/../b", "auto", "ssh", "reverse", "31536000", "31536001", "é", "\u202e", "=", "-s=host",
    ];

    public string Name => "lines";

    public int AtOnce => 1;

    public int CasesInRound => 200;

    public void Play(Random random, Log log)
    {
        for (var i = 0; i < CasesInRound; i++)
        {
            var words = Words(random);
            try
            {
                Try(words);
            }
            catch
            {
                log.Add($"words: {string.Join(' ', words.Select(ShellWords.Quote))}");
                throw;
            }
        }
    }

    private static void Try(string[] words)
    {
        try
        {
            var request = Parser.Parse(words);
            if (request.Plan is { } plan)
            {
                Survives(plan);
                _ = ((ProcessLauncher)new Access(plan.Remote, plan.TimeoutSeconds).Launcher).Words().Count;
                _ = MeterLine.Running(MeterLine.NameOf(plan), 1, 2, new Speed(), TimeSpan.Zero, 80);
            }
        }
        catch (Failure e) when (e.Code == ExitCode.Usage)
        {
            CheckLine(e.Message);
            CheckLine(e.Hint);
        }
    }

    private static void Survives(Plan plan)
    {
        var again = Parser.Parse([.. PlanText.Words(plan)]).Plan!;
        var read = Parser.Parse([.. ShellWords.Split(PlanText.Print(plan)).Skip(1)]).Plan!;
        if (again != plan || read != plan)
        {
            throw new Finding($"another plan: {PlanText.Print(plan)}");
        }
    }

    private static void CheckLine(string text)
    {
        if (RawText.Printable(text).Any(char.IsControl))
        {
            throw new Finding("an error that is not one line");
        }
    }

    private static string[] Words(Random random)
    {
        var words = new List<string>();
        if (random.Next(4) > 0)
        {
            words.AddRange(random.Next(2) > 0 ? ["-r", "-f", "x"] : ["-w", "-R", "x"]);
            words.AddRange(random.Next(2) > 0 ? ["-s", "h"] : ["-e", "local"]);
        }

        for (var count = random.Next(6); count > 0; count--)
        {
            var option = Options.All[random.Next(Options.All.Length)];
            words.Add(random.Next(12) == 0 ? Text(random) : option.Name);
            if (option.Argument.Length > 0 && random.Next(12) > 0)
            {
                words.Add(option.Choices.Length > 0 && random.Next(2) == 0 ? option.Choices[random.Next(option.Choices.Length)] : Text(random));
            }
        }

        return [.. words];
    }

    private static string Text(Random random)
    {
        var text = Arguments[random.Next(Arguments.Length)];
        if (random.Next(3) > 0)
        {
            return text;
        }

        var spoilt = new StringBuilder(text);
        for (var times = random.Next(4); times >= 0; times--)
        {
            spoilt.Insert(random.Next(spoilt.Length + 1), Arguments[random.Next(Arguments.Length)]);
        }

        return spoilt.ToString();
    }
}
