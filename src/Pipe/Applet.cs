using Pipe.Engine;
using Pipe.Linux;
using Pipe.Protocol;

namespace Pipe;

/// <summary>A program that this executable can be: called by its name through a link, or as <c>pipe NAME ...</c>.</summary>
internal sealed record Applet(string Name, Func<string[], Messages, ExitCode> Run)
{
    public static Applet[] All { get; } =
    [
        new("dmscp", Dmscp.Run),
        new("yscp", YscpApplet.Run) { Status = Yscp.Status.Of, Dialect = static () => Yscp.Hints.Dialect },
        new("yarchive", YarchiveApplet.Run) { Dialect = static () => Yarchive.Hints.Dialect },
        new("ytar", static (words, messages) => Errands.Run(Ytar.Parser.Parse(words), Ytar.Usage.Text, messages)) { Dialect = static () => Ytar.Hints.Dialect },
    ];

    /// <summary>The exit status for how a run ended, where it is not the code itself: a program that stands in for another has that one's.</summary>
    public Func<ExitCode, int> Status { get; init; } = static code => (int)code;

    /// <summary>How it calls what the engine gives hints about.</summary>
    public Func<Dialect> Dialect { get; init; } = static () => Engine.Dialect.None;

    private static string Names => string.Join(", ", All.Select(applet => applet.Name));

    /// <summary>The exit status of the program with that name.</summary>
    public static int StatusOf(string name, ExitCode code) => Find(name)?.Status(code) ?? (int)code;

    public static Applet? Find(string name) => Array.Find(All, applet => applet.Name == name);

    /// <summary>From here on it speaks.</summary>
    public ExitCode Start(string[] words, Messages messages)
    {
        (messages.Program, messages.Dialect) = (Name, Dialect());
        return Run(words, messages);
    }

    /// <summary>What <c>pipe</c> does under its own name.</summary>
    public static ExitCode RunNamed(string[] words, Messages messages)
    {
        switch (words.Length > 0 ? words[0] : "")
        {
            case "":
                throw new Failure(ExitCode.Usage, "no program name given", Usage());
            case "-h":
                Messages.Answer($"{Usage()}\n");
                return ExitCode.Done;
            case "-version":
                Messages.Answer(Messages.Version(messages.Program));
                return ExitCode.Done;
            case "-applets":
                Messages.Answer(string.Concat(All.Select(applet => applet.Name + "\n")));
                return ExitCode.Done;
            case ProgramSource.Asked when words.Length > 1:
                return RunAsked(words[1..], messages);
            case var name:
                var applet = Find(name) ?? throw new Failure(ExitCode.Usage, $"{name}: no such program", Usage());
                return applet.Start(words[1..], messages);
        }
    }

    /// <summary>For somebody on another host: how it ended goes to descriptor 3, a line for the cause and one for the hint.</summary>
    private static ExitCode RunAsked(string[] words, Messages messages)
    {
        try
        {
            return RunNamed(words, messages);
        }
        catch (Exception e)
        {
            var failure = messages.AsFailure(e);
            new Fd(3, "verdict").WriteAll(RawText.Encode($"{RawText.Printable(failure.Message)}\n{RawText.Printable(failure.Hint)}\n"));
            return failure.Code;
        }
    }

    private static string Usage() => $"usage: pipe NAME [ARGUMENT ...], where NAME is one of: {Names}";
}
