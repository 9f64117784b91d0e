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
            using var input = file == "-" ? Console.OpenStandardInput() : File.OpenRead(file);
            using var bytes = new MemoryStream();
            input.CopyTo(bytes);
            return RawText.Decode(bytes.ToArray());
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new Failure(code, $"{file}: {LinuxException.Describe(e)}");
        }
    }
}
