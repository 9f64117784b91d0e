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
        var invocation = Parser.Parse(words, static file => TextInput.Read(file, ExitCode.Usage));
        messages.Verbosity = invocation.Draft.Verbosity;
        if (CopyRun.TryAnswer(invocation.Kind, Usage.Text, new Objects(invocation).SinglePlans, "", messages))
        {
            return ExitCode.Done;
        }

        if (invocation.Kind == CommandKind.EndLogin)
        {
            invocation.Configuration.Hosts.ToList().ForEach(host => Copy.EndLogin(invocation.Draft.ToPlan(host, Resource.Null, Resource.Null)));
            return ExitCode.Done;
        }

        foreach (var warning in invocation.Warnings)
        {
            messages.Warning(warning);
        }

        if (invocation.Mode is RunMode.Head or RunMode.ClassicServer)
        {
            ServerCheck.Check(invocation);
            CheckSources(invocation);
        }

        return invocation.Mode switch
        {
            RunMode.Head => new HeadRun(invocation, messages).Run(),
            RunMode.ClassicServer => new ClassicServerRun(invocation, messages).Run(),
            RunMode.ClassicClient => new ClassicClientRun(invocation, messages).Run(),
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
    private static void CheckSources(ChainInvocation invocation)
    {
        var input = invocation.Configuration.Input is { IsStandardInput: false } file ? [file.IsSplit ? PiecesSource.NameOf(file.Path, 0) : file.Path] : Array.Empty<string>();
        foreach (var path in input.Concat(invocation.Draft.Directories))
        {
            try
            {
                var status = FileStatus.Of(path) ?? throw new Failure(ExitCode.Usage, $"{path}: no such file or directory");
                if (status.IsDirectory && invocation.Draft.Directories.Count == 0)
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
