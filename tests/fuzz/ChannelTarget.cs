using Pipe.Engine;
using Pipe.Linux;
using Pipe.Protocol;

namespace Pipe.Fuzz;

/// <summary>
/// A control channel with its reader, sorter and lane 0, fed with noise, a marker and spoilt frames: it ends, without an exception
/// that is neither of the channel nor of the protocol.
/// </summary>
internal sealed class ChannelTarget(Corpus corpus) : ITarget
{
    private static readonly TimeSpan AtMost = TimeSpan.FromSeconds(20);

    public string Name => "channel";

    public int AtOnce => 1;

    public void Play(Random random, Log log)
    {
        var (input, feed) = Fd.Pipe("fuzz in");
        var (drain, output) = Fd.Pipe("fuzz out");
        using (feed)
        using (drain)
        {
            using var channel = new ControlChannel(input, output);
            var lane = new ControlLane(channel, Defaults.Block);
            var start = new ChannelStart((Side)random.Next(2), (Role)random.Next(1, 3), (SessionState)random.Next((int)SessionState.Failed));
            var dispatcher = new Dispatcher(new Mailbox(), lane, start);
            var ended = new TaskCompletionSource<Exception?>(TaskCreationOptions.RunContinuationsAsynchronously);
            channel.Start(dispatcher.Dispatch, ended.SetResult);
            try
            {
                Feed(feed, random, log);
            }
            catch (LinuxException)
            {
                // It has read enough.
            }

            feed.Dispose();
            if (!ended.Task.Wait(AtMost))
            {
                throw new Finding("a control channel that does not end");
            }

            _ = channel.Noise;
            lane.Dispose();
        }
    }

    private void Feed(Fd feed, Random random, Log log)
    {
        if (random.Next(3) == 0)
        {
            feed.WriteAll(Mutator.RandomBytes(random, random.Next(random.Next(10) == 0 ? 100_000 : 100)));
        }

        feed.WriteAll(random.Next(20) == 0 ? Mutator.FlipBit(Frame.Marker.ToArray(), random) : Frame.Marker);
        for (var count = random.Next(40); count > 0; count--)
        {
            var frame = corpus.AnyFrame(random);
            var bytes = random.Next(4) switch
            {
                0 => frame.Bytes,
                1 => Wire.Seal((MessageType)random.Next(256), Mutator.Mutate(frame.Bytes[Frame.Size..], random, corpus)),
                2 => Wire.Seal((MessageType)frame.Bytes[4], Mutator.Mutate(frame.Bytes[Frame.Size..], random, corpus)),
                _ => random.Next(8) == 0 ? Mutator.Mutate(frame.Bytes, random, corpus) : Wire.Seal(MessageType.Ping, new byte[24]),
            };
            log.Add($"{frame.Name}: {Convert.ToHexString(bytes)}");
            feed.WriteAll(bytes);
        }
    }
}
