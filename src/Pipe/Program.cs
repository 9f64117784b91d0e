using Pipe.CommandLine;

namespace Pipe;

/// <summary>The one executable. The name by which it is called selects the program.</summary>
internal static class Program
{
    private static int Main(string[] given)
    {
        var messages = new Messages("pipe");
        Shortage.Watch(messages);
        try
        {
            var line = Argv.Read(given);
            var applet = Applet.Find(line.Name);
            messages.Program = applet?.Name ?? messages.Program;
            Shortage.Check();
            var code = applet is null ? Applet.RunNamed(line.Words, messages) : applet.Start(line.Words, messages);
            return messages.Status(code);
        }
        catch (Exception e)
        {
            return messages.Status(messages.Report(e));
        }
    }
}
