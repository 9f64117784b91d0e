using Pipe.CommandLine;
using Pipe.Engine;
using Pipe.Linux;
using Pipe.Protocol;

namespace Pipe.Dolly;

/// <summary>The program dolly: copies a file, device or stream to many machines along a chain.</summary>
internal static class DollyRun
{
    public static ExitCode Run(string[] words, Messages messages)
    {
        var order = Parser.Parse(words, Text);
        messages.Verbosity = order.Draft.Verbosity;
        if (CopyRun.TryAnswer(order.Kind, Usage.Text, static () => [], "", messages))
        {
            return ExitCode.Done;
        }

        foreach (var warning in order.Warnings)
        {
            messages.Warning(warning);
        }

        return order.Mode switch
        {
            RunMode.Head => Head(order, messages),
            RunMode.ClassicServer => ClassicServer(order, messages),
            RunMode.ClassicClient => new ClassicClientRun(order, messages).Run(),
            _ => Start(messages),
        };
    }

    private static ExitCode Head(Order order, Messages messages)
    {
        ServerCheck.Check(order);
        CheckSources(order);
        return new HeadRun(order, messages).Run();
    }

    private static ExitCode ClassicServer(Order order, Messages messages)
    {
        ServerCheck.Check(order);
        CheckSources(order);
        return new ClassicServerRun(order, messages).Run();
    }

    /// <summary>Prints how to start.</summary>
    private static ExitCode Start(Messages messages)
    {
        foreach (var line in Usage.Start)
        {
            messages.Note(0, line);
        }

        return ExitCode.Usage;
    }

    /// <summary>Reports a missing source before any login.</summary>
    private static void CheckSources(Order order)
    {
        var input = order.Configuration.Input is { IsStandardInput: false } file ? [file.IsSplit ? PiecesSource.NameOf(file.Path, 0) : file.Path] : Array.Empty<string>();
        foreach (var path in input.Concat(order.Draft.Directories))
        {
            try
            {
                var status = FileStatus.Of(path) ?? throw new Failure(ExitCode.Usage, $"{path}: no such file or directory");
                if (status.IsDirectory && order.Draft.Directories.Count == 0)
                {
                    throw new Failure(ExitCode.Usage, $"{path}: is a directory", "-D sends directories");
                }
            }
            catch (LinuxException e)
            {
                throw new Failure(ExitCode.Usage, e.Message);
            }
        }
    }

    private static string Text(string file)
    {
        try
        {
            using var config = file == "-" ? Console.OpenStandardInput() : File.OpenRead(file);
            using var bytes = new MemoryStream();
            config.CopyTo(bytes);
            return RawText.Decode(bytes.ToArray());
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new Failure(ExitCode.Usage, $"{file}: {e.Message}");
        }
    }
}
