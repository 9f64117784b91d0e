using Pipe.Protocol;

namespace Pipe.Engine.Tests.Sessions;

/// <summary>What the sender of a tree takes for an answer to what it has asked.</summary>
public sealed class SenderPumpTests : IDisposable
{
    private readonly Scratch _scratch = new();
    private readonly TreeSource _source;
    private readonly SenderPump _pump;

    public SenderPumpTests()
    {
        Directory.CreateDirectory(_scratch["tree"]);
        _source = new TreeSource(Resource.Tree(_scratch.Directory, ["tree"], TreeFlags.Recurse | TreeFlags.Resume, []), new SourceNews(null, null));
        _pump = new SenderPump(new Mailbox(), _source, default(Offer) with { Digest = DigestKind.XxHash3 }, Defaults.Block, 0, new Tally());
    }

    public void Dispose()
    {
        _pump.Abort();
        _pump.Close();
        _source.Dispose();
        _scratch.Dispose();
    }

    [Fact]
    public void Only_the_answer_to_the_last_question_counts()
    {
        Assert.Equal([1u, 2u], [_pump.Want!.Value.Number, _pump.Want!.Value.Number]);
        _pump.Take(new Have(1, []));
        Assert.False(_source.Inventory!.IsComplete);
        _pump.Take(new Have(2, []));
        Assert.True(_source.Inventory!.IsComplete);
        Assert.Null(_pump.Want);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(2)]
    public void An_answer_that_nobody_has_asked_for_is_refused(uint number)
    {
        Assert.Equal(1u, _pump.Want!.Value.Number);
        Assert.Throws<ProtocolException>(() => _pump.Take(new Have(number, [])));
    }

    [Fact]
    public void An_answer_behind_the_last_one_is_refused()
    {
        Assert.Equal(1u, _pump.Want!.Value.Number);
        _pump.Take(new Have(1, []));
        Assert.Throws<ProtocolException>(() => _pump.Take(new Have(1, [])));
    }
}
