using Pipe.Protocol;

namespace Pipe.Engine.Tests;

/// <summary>Chains of real processes: every node gets its copy although others fail.</summary>
public sealed class ChainTests : IDisposable
{
    private const int Size = 24_000_123;
    private const long Slow = 6_000_000;
    private readonly ChainBed _bed = new();

    public void Dispose() => _bed.Dispose();

    [Fact(Timeout = Limit.Milliseconds)]
    public async Task A_file_goes_down_a_chain()
    {
        _bed.Make(Size);
        var outcome = await _bed.RunAsync(4);
        outcome.Nodes.ToList().ForEach(_bed.AssertWhole);
        Assert.Equal([[-1], [0], [1], [2]], outcome.Nodes.Select(node => node.Parents));
        Assert.Single(outcome.Nodes.Select(node => node.Digest).Distinct());
        Assert.Equal(Size, outcome.Bytes);
        Assert.DoesNotContain(_bed.Names, name => name.StartsWith('.'));
        Assert.All(Enumerable.Range(0, 4), node => Assert.Equal(ChainNodeState.Done, _bed.StatusOf(node)!.State));
        Assert.False(Processes.IsRunning(_bed.PidOf(2)));
    }

    [Fact(Timeout = Limit.Milliseconds)]
    public async Task An_empty_file_arrives_too()
    {
        _bed.Make(0);
        var outcome = await _bed.RunAsync(2);
        Assert.True(outcome.Nodes.All(node => node.Fault is null));
        Assert.Equal(0, new FileInfo(_bed.TargetOf(1)).Length);
    }

    [Fact(Timeout = Limit.Milliseconds)]
    public async Task A_stream_of_unknown_size_goes_down_a_tree()
    {
        _bed.Make(Size);
        var outcome = await _bed.RunAsync(5, Resource.Command("", $"cat {_bed["source"]}"), terms => terms with { Policy = new ChainPolicy { Fanout = 2 } });
        outcome.Nodes.ToList().ForEach(_bed.AssertWhole);
        Assert.Equal([[-1], [-1], [0], [0], [1]], outcome.Nodes.Select(node => node.Parents));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(3)]
    public async Task A_node_that_is_killed_is_named_and_all_others_finish(int victim)
    {
        _bed.Make(Size);
        _bed.Rate = Slow;
        var run = _bed.RunAsync(4);
        await _bed.MovingAsync(4);
        _bed.Signal("KILL", victim);
        await CheckAsync(run, victim);
    }

    [Theory]
    [InlineData(new[] { 1, 2, 3 })]
    [InlineData(new[] { 0, 2, 4 })]
    public async Task Several_nodes_may_die_at_once(int[] victims)
    {
        _bed.Make(Size);
        _bed.Rate = Slow;
        var run = _bed.RunAsync(6);
        await _bed.MovingAsync(6);
        _bed.Signal("KILL", victims);
        await CheckAsync(run, victims);
    }

    [Fact(Timeout = Limit.Milliseconds)]
    public async Task A_node_may_die_while_another_one_is_replaced()
    {
        _bed.Make(Size);
        _bed.Rate = Slow;
        var run = _bed.RunAsync(6);
        await _bed.MovingAsync(6);
        _bed.Signal("KILL", 1);
        await Limit.Until(() => _bed.StatusOf(2)!.Parent == 0);
        _bed.Signal("KILL", 0);
        await Limit.Until(() => _bed.StatusOf(2)!.Parent == -1);
        _bed.Signal("KILL", 3);
        await CheckAsync(run, 0, 1, 3);
    }

    [Fact(Timeout = Limit.Milliseconds)]
    public async Task A_node_that_is_stopped_is_left_out_after_its_limit()
    {
        _bed.Make(Size);
        (_bed.Rate, _bed.Timeout) = (Slow, 3);
        var run = _bed.RunAsync(4, change: terms => terms with { Policy = new ChainPolicy { StallLimit = TimeSpan.FromSeconds(2) } });
        await _bed.MovingAsync(4);
        _bed.Signal("STOP", 1);
        await CheckAsync(run, 1);
    }

    /// <summary>The blocks that the dead node had and the next one lacks are no longer in the pipe.</summary>
    [Fact(Timeout = Limit.Milliseconds)]
    public async Task A_stream_whose_first_node_dies_is_read_from_the_spill_file()
    {
        _bed.Make(Size);
        _bed.Rate = Slow;
        var run = _bed.RunAsync(3, Resource.Command("", $"cat {_bed["source"]}"));
        await _bed.MovingAsync(3);
        _bed.Signal("KILL", 0);
        await CheckAsync(run, 0);
    }

    [FactNeeding("unshare")]
    public async Task A_node_whose_disk_is_full_is_named_with_the_place_and_the_error()
    {
        _bed.Make(Size);
        Directory.CreateDirectory(_bed["small"]);
        _bed.Wrap(1, $"exec unshare -m sh -c 'mount -t tmpfs -o size=4m none {_bed["small"]} && exec \"$@\"' sh");
        var outcome = await _bed.RunAsync(4, target: node => Resource.File("", node == 1 ? _bed["small/target"] : _bed.TargetOf(node)));
        var fault = outcome.Nodes[1].Fault!;
        Assert.Equal((ExitCode.NoSpace, 28), (fault.Failure.Code, fault.Errno));
        Assert.InRange(fault.Offset, 1 << 20, 12 << 20);
        outcome.Nodes.Where(node => node.Position != 1).ToList().ForEach(_bed.AssertWhole);
    }

    [Fact(Timeout = Limit.Milliseconds)]
    public async Task A_node_that_comes_back_goes_on_from_what_it_has()
    {
        _bed.Make(Size);
        _bed.Rate = Slow;
        var run = _bed.RunAsync(3, change: terms => terms with { Retries = 1 });
        await _bed.MovingAsync(3, Size / 4);
        _bed.Signal("KILL", 1);
        var outcome = await run;
        outcome.Nodes.ToList().ForEach(_bed.AssertWhole);
        Assert.Equal(1, outcome.Nodes[1].Rejoined);
        Assert.InRange(outcome.Nodes[1].Kept, Size / 8, Size);
        Assert.Equal(2, outcome.Nodes[1].Parents[^1]);
    }

    [Fact(Timeout = Limit.Milliseconds)]
    public async Task The_next_run_keeps_what_an_interrupted_one_has_left()
    {
        _bed.Make(Size);
        _bed.Rate = Slow;
        var first = _bed.RunAsync(2);
        await _bed.MovingAsync(2, Size / 4);
        await _bed.Cancel.CancelAsync();
        (await first).Nodes.ToList().ForEach(node => Assert.Equal(ExitCode.Interrupted, node.Fault!.Failure.Code));

        (_bed.Rate, _bed.Cancel) = (0, new CancellationTokenSource());
        var outcome = await _bed.RunAsync(2);
        outcome.Nodes.ToList().ForEach(_bed.AssertWhole);
        outcome.Nodes.ToList().ForEach(node => Assert.InRange(node.Kept, Size / 8, Size));
    }

    [Fact(Timeout = Limit.Milliseconds)]
    public async Task A_node_ends_when_the_head_is_gone()
    {
        _bed.Make(Size);
        (_bed.Rate, _bed.Timeout) = (Slow, 4);
        var run = _bed.RunAsync(2);
        await _bed.MovingAsync(2);
        await _bed.Cancel.CancelAsync();
        await run;
        Assert.True(await Limit.Until(() => !Processes.IsRunning(_bed.PidOf(0)) && !Processes.IsRunning(_bed.PidOf(1))), "a node goes on without its head");
    }

    [Fact(Timeout = Limit.Milliseconds)]
    public async Task A_target_that_cannot_be_opened_fails_alone()
    {
        _bed.Make(Size);
        var outcome = await _bed.RunAsync(3, target: node => Resource.File("", node == 1 ? "/nonexistent/x" : _bed.TargetOf(node)));
        Assert.Contains("/nonexistent", outcome.Nodes[1].Fault!.Failure.Message, StringComparison.Ordinal);
        outcome.Nodes.Where(node => node.Position != 1).ToList().ForEach(_bed.AssertWhole);
    }

    [Fact(Timeout = Limit.Milliseconds)]
    public async Task The_target_can_be_read_again()
    {
        _bed.Make(Size);
        var outcome = await _bed.RunAsync(2, change: terms => terms with { Verify = ChainVerify.Read });
        outcome.Nodes.ToList().ForEach(_bed.AssertWhole);
        outcome.Nodes.ToList().ForEach(node => Assert.Equal(ChainVerify.Read, node.Verified));
    }

    [Fact]
    public async Task Settings_that_a_chain_cannot_obey_are_refused()
    {
        var plan = new Plan { Direction = Direction.Write, Remote = new Remote { Host = "n", Shell = "false" }, Here = Resource.Null, There = Resource.Null };
        foreach (var other in new[] { plan with { Checksum = DigestKind.None }, plan with { ConnectMode = ConnectMode.Ssh }, plan with { ConnectMode = ConnectMode.Reverse } })
        {
            var chain = new Chain(Kinds.All, [new Edge(other, new Tally(), Unobserved.Instance)], new ChainTerms { SourceObserver = Unobserved.Instance });
            Assert.Equal(ExitCode.Usage, (await Assert.ThrowsAsync<Failure>(() => chain.RunAsync(CancellationToken.None))).Code);
        }
    }

    private async Task CheckAsync(Task<ChainOutcome> run, params int[] victims)
    {
        var outcome = await run;
        foreach (var node in outcome.Nodes)
        {
            if (victims.Contains(node.Position))
            {
                Assert.NotNull(node.Fault);
                Assert.Contains($"n{node.Position}", node.Fault.Failure.Message, StringComparison.Ordinal);
                Assert.InRange(node.Fault.Offset, 1, Size - 1);
            }
            else
            {
                _bed.AssertWhole(node);
            }
        }
    }
}
