using Pipe.Protocol.Datagrams;

namespace Pipe.Protocol.Tests.Datagrams;

/// <summary>A sender and a receiver with a link each way between them; several flows may share the links.</summary>
internal sealed class SimFlow
{
    private SimFlow(SimSender sender, SimReceiver receiver)
    {
        (Sender, Receiver) = (sender, receiver);
        (sender.Peer, receiver.Peer) = (receiver, sender);
        sender.Granted = () => receiver.Receiver.Blocks.Limit;
    }

    public SimSender Sender { get; }

    public SimReceiver Receiver { get; }

    public static DatagramTerms Terms(Simulation simulation, Protection protection = Protection.Clear) =>
        new(Samples.Session, Samples.Secret, 1, protection) { Random = simulation.FillRandom, Datagram = 1472, MaxDatagram = 1472 };

    public static SimFlow Start(
        Simulation simulation,
        SimLink forth,
        SimLink back,
        Func<DatagramTerms, ICongestionControl> control,
        DatagramTerms? terms = null,
        ulong blocks = ulong.MaxValue,
        Func<ulong, int>? blockSize = null,
        int slots = 64,
        bool checksBytes = false,
        bool senderCalls = true,
        Func<ulong, bool>? isDamaged = null,
        double sinkRate = 0,
        double sourceRate = 0,
        int window = 0)
    {
        terms = (terms ?? Terms(simulation)) with { FirstBlocks = Math.Min(slots, DatagramLimits.FirstBlocks) };
        var (caller, listener) = (DatagramLink.Connect(terms, simulation.Now), DatagramLink.Listen(terms, simulation.Now));
        var (near, far) = senderCalls ? (caller, listener) : (listener, caller);
        var sender = new SimSender(simulation, forth, new DatagramSender(near, terms, control(terms)) { Window = window > 0 ? window : DatagramLimits.MaxSpread }, window > 0 ? window : 2 * slots)
        {
            Blocks = blocks,
            BlockSize = blockSize,
            WritesBytes = checksBytes,
            SourceRate = sourceRate,
        };
        var receiver = new SimReceiver(simulation, back, new DatagramReceiver(far, terms, slots)) { ChecksBytes = checksBytes, IsDamaged = isDamaged, SinkRate = sinkRate };
        return new SimFlow(sender, receiver);
    }
}
