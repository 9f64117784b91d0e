using Pipe.CommandLine;
using Pipe.Engine;
using Pipe.Linux;
using Pipe.Protocol;

namespace Pipe;

/// <summary>One of the programs in this executable: called by its name through a link, or as <c>pipe NAME ...</c>.</summary>
/// <param name="Name">The name of the link.</param>
/// <param name="Run">Takes the words after the name.</param>
/// <param name="Spell">Translates a hint of the engine into the program's spelling.</param>
internal sealed record Applet(string Name, Func<string[], Messages, ExitCode> Run, Func<string, string> Spell)
{
    public static Applet[] All { get; } =
    [
        new("dmscp", DmscpApplet.Run, Dmscp.Options.Table.Spell),
        new("yscp", Yscp.YscpRun.Run, Yscp.Options.Table.Spell) { Status = Yscp.Status.Of },
        new("yarchive", Yarchive.YarchiveRun.Run, Yarchive.Options.Table.Spell),
        new("lazyclone", Lazyclone.LazycloneRun.Run, Lazyclone.Options.Table.Spell),
        new("ytar", static (words, messages) => CopyRun.Run(Ytar.Parser.Parse(words), Ytar.Usage.Text, messages), Ytar.Options.Table.Spell),
        new("dccli", Dccli.DccliRun.Run, Dccli.Options.Table.Spell),
        new("dolly", Dolly.DollyRun.Run, Dolly.Options.Table.Spell) { Status = Dolly.Status.Of },
    ];

    /// <summary>The exit status for an exit code, where they differ: a program that replaces another one uses its statuses.</summary>
    public Func<ExitCode, int> Status { get; init; } = static code => (int)code;

    private static string Names => string.Join(", ", All.Select(applet => applet.Name));

    public static Applet? Find(string name) => Array.Find(All, applet => applet.Name == name);

    /// <summary>Runs the program; messages carry its name from here on.</summary>
    public ExitCode Start(string[] words, Messages messages)
    {
        (messages.Program, messages.Spell, messages.Status) = (Name, Spell, Status);
        return Run(words, messages);
    }

    /// <summary>Runs <c>pipe</c> under its own name.</summary>
    public static ExitCode RunNamed(string[] words, Messages messages)
    {
        switch (words.Length > 0 ? words[0] : "")
        {
            case "":
                throw new Failure(ExitCode.Usage, "no program name given", Usage());
            case "-h" or "-help" or "--help":
                Messages.Answer($"{Usage()}\n");
                return ExitCode.Done;
            case "-version" or "--version":
                Messages.Answer(Messages.Version(messages.Program));
                return ExitCode.Done;
            case "-applets":
                Messages.Answer(string.Concat(All.Select(applet => applet.Name + "\n")));
                return ExitCode.Done;
            case BuiltInLauncher.Word:
                return Ssh.SshApplet.Run(words[1..], messages);
            case ProgramSource.Asked when words.Length > 1:
                return RunAsked(words[1..], messages);
            case var name:
                var applet = Find(name) ?? throw new Failure(ExitCode.Usage, $"{name}: no such program", NearName.Of(name, All.Select(static applet => applet.Name)) is { Length: > 0 } near ? $"did you mean {near}?" : Usage());
                return applet.Start(words[1..], messages);
        }
    }

    /// <summary>Runs for a user on another host: the verdict goes to descriptor 3, as a line with the cause and one with the hint.</summary>
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
