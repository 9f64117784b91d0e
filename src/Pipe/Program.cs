namespace Pipe;

/// <summary>The one executable. The name it is called by decides which program it is.</summary>
internal static class Program
{
    private static int Main(string[] given)
    {
        var messages = new Messages("pipe");
        try
        {
            var line = Argv.Read(given);
            var applet = Applet.Find(line.Name);
            var code = applet is null ? Applet.RunNamed(line.Words, messages) : applet.Start(line.Words, messages);
            return Applet.StatusOf(messages.Program, code);
        }
        catch (Exception e)
        {
            return Applet.StatusOf(messages.Program, messages.Report(e));
        }
    }
}
