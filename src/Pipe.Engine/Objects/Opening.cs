using Pipe.Linux;
using Pipe.Protocol;

namespace Pipe.Engine;

/// <summary>Opens the object of a <see cref="Resource"/>, as a source or as a sink. Throws <see cref="Failure"/> in the user's words.</summary>
internal static class Opening
{
    private const int StandardInput = 0;
    private const int StandardOutput = 1;
    private const int StandardError = 2;

    /// <param name="resource">The object to read.</param>
    /// <param name="where">Place.Local or Place.Remote, for messages.</param>
    /// <param name="waiting">Called with the reason for a wait.</param>
    public static ISource Source(Resource resource, string where, Action<string> waiting)
    {
        try
        {
            return resource.Kind switch
            {
                ResourceKind.File => FileSource(Paths.Join(resource.Directory, resource.Text), where, waiting),
                ResourceKind.Command => new CommandSource(resource, where),
                ResourceKind.Program => new ProgramSource(resource),
                ResourceKind.Null => new PatternSource(0),
                ResourceKind.Pattern => new PatternSource(resource.Size),
                _ => StandardInputSource(),
            };
        }
        catch (LinuxException e)
        {
            throw Failure.Of(e);
        }
    }

    /// <param name="at">The object to write, and how.</param>
    public static ISink Sink(OpenContext at)
    {
        try
        {
            return at.Resource.Kind switch
            {
                ResourceKind.File => FileSink(Paths.Join(at.Resource.Directory, at.Resource.Text), at),
                ResourceKind.Command => new CommandSink(at.Resource, OutputFor(at.Place), at.Place, at.Failed),
                ResourceKind.Null => new NullSink(),
                ResourceKind.Pattern => new PatternSink(),
                _ => StandardOutputSink(),
            };
        }
        catch (LinuxException e)
        {
            throw Failure.Of(e);
        }
    }

    private static ISource FileSource(string path, string where, Action<string> waiting) => FileStatus.Of(path) is { IsPipe: true }
        ? new PipeSource(Fifo.OpenReader(path), () => waiting($"{where} {path}: no process has written to this fifo yet"))
        : SourceOf(Fd.Open(path, OpenFlags.ReadOnly | OpenFlags.NoTerminal), 0, isStandardInput: false);

    private static ISource StandardInputSource()
    {
        var fd = Standard(StandardInput, "standard input");
        return SourceOf(fd, Math.Max(0, fd.Position()), isStandardInput: true);
    }

    private static ISource SourceOf(Fd fd, long start, bool isStandardInput)
    {
        var status = FileStatus.Of(fd);
        if (status.IsDirectory)
        {
            throw Directory(fd);
        }

        // A regular file of size 0 may belong to /proc: only reading shows its contents.
        return (status.IsRegular && status.Size > 0) || status.IsBlockDevice
            ? new FileSource(fd, status, start, isStandardInput)
            : new PipeSource(fd);
    }

    private static ISink FileSink(string path, OpenContext at)
    {
        var old = FileStatus.Of(path);
        if (old is null && FileStatus.OfName(path) is { IsLink: true })
        {
            throw new Failure(ExitCode.Objects, $"{path}: is a dangling symbolic link", "create its target, or remove the link");
        }

        var terms = at.Terms;
        if (old is null or { IsRegular: true } && !at.InPlace)
        {
            return at.Resource.Flags.HasFlag(TreeFlags.Resume) && ResumedFileSink.TryOpen(path, terms.Mode, at.CopiesOld, at.WaitingForUser) is { } resumed ? resumed
                : at.SpaceRetry.Seconds > 0 ? new WaitingFileSink(path, terms, at.SpaceRetry)
                : new FileSink(path, terms.Mode);
        }

        if (old is { IsPipe: true })
        {
            return new FifoSink(path, text => at.Waiting($"{at.Place} {text}"));
        }

        var mode = Engine.FileSink.ModeOf(terms.Mode) & Permissions.Plain;
        var fd = Fd.Open(path, OpenFlags.WriteOnly | OpenFlags.Create | OpenFlags.NoTerminal | (old is null ? OpenFlags.NoFollow : 0), mode);
        var status = FileStatus.Of(fd);
        return status.IsRegular || status.IsBlockDevice ? new InPlaceSink(fd, status, terms.Size) : new PipeSink(fd);
    }

    private static ISink StandardOutputSink()
    {
        var fd = Standard(StandardOutput, "standard output");
        var status = FileStatus.Of(fd);
        var isAppended = (fd.Flags() & OpenFlags.Append) != 0;
        return status.IsRegular && !isAppended ? new OpenFileSink(fd) : new PipeSink(fd);
    }

    private static Fd Standard(int number, string name) => StandardStreams.IsOpen(number)
        ? new Fd(number, name)
        : throw new Failure(ExitCode.Objects, $"{name}: is closed");

    /// <summary>The destination of a command's output: on a server, standard output is the control channel.</summary>
    private static Fd OutputFor(string where) => new(where == Place.Local ? StandardOutput : StandardError, "output");

    private static Failure Directory(Fd fd)
    {
        var name = fd.Name;
        fd.Dispose();
        return new Failure(ExitCode.Objects, $"{name}: is a directory", $"{OptionWord.RemoteCommand} 'tar -cf - DIR' or {OptionWord.LocalCommand} 'tar -cf - DIR' streams it; {OptionWord.Tree} takes a directory");
    }
}
