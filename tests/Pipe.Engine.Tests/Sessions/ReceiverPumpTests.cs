using Pipe.Protocol;

namespace Pipe.Engine.Tests.Sessions;

/// <summary>How often the target of a tree is looked through.</summary>
public sealed class ReceiverPumpTests : IDisposable
{
    private readonly Target _target = new();
    private readonly ReceiverPump _pump;

    public ReceiverPumpTests() =>
        _pump = new ReceiverPump(new Mailbox(), _target, default(Offer) with { Digest = DigestKind.XxHash3 }, -1, Defaults.Block, new Tally());

    public void Dispose() => _pump.Close();

    [Fact]
    public void Once_for_each_question_and_again_over_another_channel()
    {
        using Wire wire = new(), another = new();
        var looked = new List<int>();
        foreach (var (number, channel) in ((uint, Wire)[])[(1, wire), (1, wire), (2, wire), (2, another), (2, another)])
        {
            _pump.Take(new Want(number, "name"), channel.Channel);
            looked.Add(_target.Looked);
        }

        Assert.Equal([1, 1, 2, 3, 3], looked);
    }

    private sealed class Target : ISink
    {
        public int Looked { get; private set; }

        public bool IsOrdered => false;

        public IInventory Inventory(string[] names)
        {
            Looked++;
            return new TargetScanner([], [], hasDigests: false);
        }

        public void Write(ReadOnlySpan<byte> bytes, long offset)
        {
        }

        public void Hole(long offset, long length)
        {
        }

        public void Commit(long size)
        {
        }

        public void Abort()
        {
        }

        public void Dispose()
        {
        }
    }
}
