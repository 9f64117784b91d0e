using System.Collections.Concurrent;
using Pipe.Linux;
using Pipe.Protocol;

namespace Pipe.Engine.Tests;

/// <summary>A control channel of which the test holds the other ends.</summary>
internal sealed class Wire : IDisposable
{
    private readonly TaskCompletionSource<Exception?> _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public Wire()
        : this(null)
    {
    }

    /// <param name="from">What the channel reads, if not from <see cref="ToChannel"/>.</param>
    public Wire(Fd? from)
    {
        var (input, toChannel) = Fd.Pipe("control channel");
        if (from is not null)
        {
            input.Dispose();
            input = from;
        }

        var (fromChannel, output) = Fd.Pipe("control channel");
        Channel = new ControlChannel(input, output);
        ToChannel = toChannel;
        FromChannel = fromChannel;
    }

    public ControlChannel Channel { get; }

    public Fd ToChannel { get; }

    public Fd FromChannel { get; }

    /// <summary>The messages that arrived after <see cref="Start"/>.</summary>
    public ConcurrentQueue<(MessageType Type, byte[] Payload)> Came { get; } = new();

    /// <summary>The cause of the end.</summary>
    public Task<Exception?> Ended => _ended.Task.WaitAsync(TimeSpan.FromSeconds(30));

    public void Start() => Channel.Start((type, payload) => Came.Enqueue((type, payload.ToArray())), _ended.SetResult);

    public void Say(ReadOnlySpan<byte> bytes) => ToChannel.WriteAll(bytes);

    public void Dispose()
    {
        ToChannel.Dispose();
        FromChannel.Dispose();
        Channel.Dispose();
    }
}
