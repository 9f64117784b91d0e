using Pipe.Protocol;

namespace Pipe.Engine.Tests.Sessions;

/// <summary>What the sender of a tree takes for an answer to what it has asked.</summary>
public sealed class SendingMoverTests : IDisposable
{
    private readonly Scratch _scratch = new();
    private readonly TreeSource _source;
    private readonly SendingMover _mover;

    public SendingMoverTests()
    {
        Directory.CreateDirectory(_scratch["tree"]);
        _source = new TreeSource(Resource.Tree(_scratch.Directory, ["tree"], TreeFlags.Recurse | TreeFlags.Resume, []), new SourceNews(null, null));
        _mover = new SendingMover(new Mailbox(), _source, default(Offer) with { Digest = DigestKind.XxHash3 }, Defaults.Block, 0, new Tally());
    }

    public void Dispose()
    {
        _mover.Abort();
        _mover.Close();
        _source.Dispose();
        _scratch.Dispose();
    }

    [Fact]
    public void Only_the_answer_to_the_last_question_counts()
    {
        Assert.Equal([1u, 2u], [_mover.Want!.Value.Number, _mover.Want!.Value.Number]);
        _mover.Take(new Have(1, []));
        Assert.False(_source.Inventory!.IsComplete);
        _mover.Take(new Have(2, []));
        Assert.True(_source.Inventory!.IsComplete);
        Assert.Null(_mover.Want);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(2)]
    public void An_answer_that_nobody_has_asked_for_is_refused(uint number)
    {
        Assert.Equal(1u, _mover.Want!.Value.Number);
        Assert.Throws<ProtocolException>(() => _mover.Take(new Have(number, [])));
    }

    [Fact]
    public void An_answer_behind_the_last_one_is_refused()
    {
        Assert.Equal(1u, _mover.Want!.Value.Number);
        _mover.Take(new Have(1, []));
        Assert.Throws<ProtocolException>(() => _mover.Take(new Have(1, [])));
    }
}
