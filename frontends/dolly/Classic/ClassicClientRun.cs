using Pipe.CommandLine;
using Pipe.Engine;
using Pipe.Protocol;

namespace Pipe.Dolly;

/// <summary>The program as a classic client: one stream, or in dummy mode one after the other until the server ends its clients.</summary>
internal sealed class ClassicClientRun(ChainInvocation invocation, Messages messages)
{
    /// <summary>How long a client waits for other machines without -a: clients may be started one by one, by hand.</summary>
    private static readonly TimeSpan Usual = TimeSpan.FromMinutes(10);

    private const int UsualBlock = 64 << 10;
    private readonly Draft _draft = invocation.Draft;

    public ExitCode Run()
    {
        var limit = _draft.IdleSeconds is { } seconds ? TimeSpan.FromSeconds(seconds) : (TimeSpan?)null;
        using var listener = new ClassicListener(_draft.AllowFrom, limit, limit ?? Usual);
        messages.Note(1, $"waiting for a server on ports {ClassicTerms.ControlPort} and {ClassicTerms.DataPort}");
        try
        {
            while (RunOnce(listener) && _draft.IsDummyOrKnock)
            {
                // The next run of dummy mode.
            }
        }
        catch (Failure e) when (e.Code == ExitCode.Objects)
        {
            throw Status.AsNone(e);
        }

        return ExitCode.Done;
    }

    /// <param name="draft">The options.</param>
    /// <param name="config">The configuration: blocks take turns over extra links, so their size is fixed then.</param>
    public static ClassicTerms TermsOf(Draft draft, Configuration config) => new(
        draft.BlockSize ?? (config.Links is { Count: > 0 } ? ClassicTerms.LinkBlock : UsualBlock),
        TimeSpan.FromSeconds(draft.Given.TimeoutSeconds ?? Plan.DefaultTimeoutSeconds),
        draft.Retries ?? 0,
        config.SegmentSize,
        draft.Given.SocketBuffer ?? 0);

    private bool RunOnce(ClassicListener listener)
    {
        var idle = _draft.IdleSeconds is { } seconds ? TimeSpan.FromSeconds(seconds) : Usual;
        using var client = new ClassicClient(
            listener,
            config => ClassicPlace.Find(config, OwnName.All(Environment.GetEnvironmentVariable, Environment.MachineName), ClassicPlace.IsOwnAddress),
            Sink,
            config => TermsOf(_draft, config) with { Idle = idle },
            text => messages.Note(1, text));
        if (client.Run() is not { } size)
        {
            return false;
        }

        messages.Note(0, $"{size} bytes received, unverified: the classic protocol checks nothing");
        return true;
    }

    /// <summary>Opens the file of --outfile: the server decides only about its form.</summary>
    private ISink Sink(Configuration config)
    {
        if (config.IsDummy)
        {
            return new NullSink();
        }

        var path = _draft.ClassicOutput;
        TargetCheck.Check(path, -1);
        var resource = Objects.FileAt(config, path);
        return KnownObjects.Kinds.Of(resource.Kind).OpenSink(new OpenContext(resource, Place.Local, new Tally())
        {
            Terms = new Terms(-1, Terms.NoMode, Defaults.Block, 0),
            Waiting = messages.Waiting,
            WaitingForUser = messages.Waiting,
            ItemError = messages.ItemError,
            Unread = messages.ItemError,
        });
    }
}
