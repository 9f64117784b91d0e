using Pipe.Engine;
using Pipe.Linux;
using Pipe.Protocol;

namespace Pipe.CommandLine;

/// <summary>Reads a text that an option names.</summary>
internal static class TextInput
{
    /// <param name="file">The file; "-" for standard input.</param>
    /// <param name="code">The code of the failure if it cannot be read.</param>
    /// <exception cref="Failure">It cannot be read.</exception>
    public static string Read(string file, ExitCode code)
    {
        try
        {
            return RawText.Decode(file == "-" ? ReadInput() : ReadFile(file));
        }
        catch (LinuxException e)
        {
            throw new Failure(code, e.Message);
        }
    }

    /// <summary>The lines of a list, trimmed; empty lines and lines that begin with # are comments.</summary>
    /// <param name="file">The file; "-" for standard input.</param>
    /// <param name="code">The code of the failure if it cannot be read.</param>
    /// <exception cref="Failure">It cannot be read.</exception>
    public static IEnumerable<string> Lines(string file, ExitCode code) =>
        Read(file, code).Split('\n').Select(static line => line.Trim()).Where(static line => line.Length > 0 && line[0] != '#');

    private static byte[] ReadInput()
    {
        var input = new Fd(0, "standard input");
        try
        {
            return ReadAll(input);
        }
        finally
        {
            input.Release();
        }
    }

    private static byte[] ReadFile(string file)
    {
        using var input = Fd.Open(file, OpenFlags.ReadOnly | OpenFlags.NoTerminal);
        return ReadAll(input);
    }

    private static byte[] ReadAll(Fd input)
    {
        using var all = new MemoryStream();
        var some = new byte[4096];
        for (int count; (count = input.Read(some)) > 0;)
        {
            all.Write(some, 0, count);
        }

        return all.ToArray();
    }
}
