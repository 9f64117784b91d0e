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
        var order = Parser.Parse(words, static file => TextInput.Read(file, ExitCode.Usage));
        messages.Verbosity = order.Draft.Verbosity;
        if (CopyRun.TryAnswer(order.Kind, Usage.Text, static () => [], "", messages))
        {
            return ExitCode.Done;
        }

        if (order.Kind == CommandKind.EndLogin)
        {
            order.Configuration.Hosts.ToList().ForEach(host => Copy.EndLogin(order.Draft.ToPlan(host, Resource.Null, Resource.Null)));
            return ExitCode.Done;
        }

        foreach (var warning in order.Warnings)
        {
            messages.Warning(warning);
        }

        if (order.Mode is RunMode.Head or RunMode.ClassicServer)
        {
            ServerCheck.Check(order);
            CheckSources(order);
        }

        return order.Mode switch
        {
            RunMode.Head => new HeadRun(order, messages).Run(),
            RunMode.ClassicServer => new ClassicServerRun(order, messages).Run(),
            RunMode.ClassicClient => new ClassicClientRun(order, messages).Run(),
            _ => Start(messages),
        };
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
}
