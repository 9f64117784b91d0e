namespace Pipe.Engine.Tests;

/// <summary>When nodes or links fail, every node ends with the data or with a named cause, and only faulty nodes fail.</summary>
public sealed class ChainControlTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(8)]
    [InlineData(64)]
    public void A_chain_without_faults_feeds_each_node_once(int nodes)
    {
        var run = Run(nodes, 1, new ChainFaults());
        Assert.All(run.Nodes, node => Assert.True(node.IsDone));
        Assert.Equal(nodes + 1, run.Commands);
        Assert.Equal(1, run.FedByHead);
    }

    [Fact]
    public void A_tree_has_the_fanout_that_was_asked_for()
    {
        var run = Run(40, 1, new ChainFaults(), new ChainPolicy { Fanout = 3 });
        Assert.All(run.Nodes, node => Assert.True(node.IsDone));
        Assert.Equal(3, run.FedByHead);
    }

    [Fact]
    public void Seeded_faults_of_all_kinds()
    {
        for (var seed = 0; seed < 300; seed++)
        {
            var random = new Random(seed);
            var nodes = 1 + random.Next(24);
            var faults = new ChainFaults
            {
                Killed = random.Next(4),
                Returning = random.Next(3),
                Stopped = random.Next(3),
                Slow = random.Next(3),
                Late = random.Next(3),
                Absent = random.Next(2),
                Broken = random.Next(3),
                Cut = random.Next(3),
                Row = random.Next(nodes + 1) / 2,
            };
            Check(Run(nodes, seed, faults, new ChainPolicy { Fanout = 1 + random.Next(3), StartLimit = TimeSpan.FromSeconds(5) }), seed);
        }
    }

    [Fact]
    public void Ten_thousand_nodes()
    {
        const int nodes = 10_000;
        var faults = new ChainFaults { Killed = 200, Returning = 100, Stopped = 50, Slow = 5, Late = 50, Absent = 50, Broken = 100, Cut = 50, Row = 500 };
        var run = Run(nodes, 7, faults);
        Check(run, 7);

        // A feed for each node, one for each child of a faulty node, and the retries.
        Assert.InRange(run.Commands, nodes - 50, nodes + 4000);
        Assert.InRange(run.Elapsed, TimeSpan.Zero, TimeSpan.FromSeconds((nodes * 0.02) + 120));
    }

    [Fact]
    public void A_dead_nodes_child_is_fed_at_once_by_its_parent()
    {
        var control = Formed(3);
        control.Ended(1, isStartedAgain: false, TimeSpan.FromSeconds(1));
        Assert.Contains(new ChainCommand.Feed(0, 2, 4), Commands(control));
    }

    [Fact]
    public void A_full_half_of_the_chain_may_die_at_once()
    {
        var control = Formed(8);
        for (var node = 2; node < 6; node++)
        {
            control.Ended(node, isStartedAgain: false, TimeSpan.FromSeconds(1));
        }

        Assert.Equal(1, control[6].Parent);
        Assert.Equal(6, control[7].Parent);
    }

    [Fact]
    public void A_node_that_stalls_no_longer_feeds_others_and_is_dropped_at_last()
    {
        var control = Formed(3);
        var dropped = new List<ChainCommand.Drop>();
        for (var second = 1; second <= 60; second++)
        {
            control.Read(1000 * second, TimeSpan.FromSeconds(second));
            control.Stored(0, 1000 * second, TimeSpan.FromSeconds(second));
            control.Stored(2, control[2].Parent == 0 ? 1000 * second : 0, TimeSpan.FromSeconds(second));
            control.Tick(TimeSpan.FromSeconds(second));
            dropped.AddRange(Commands(control).OfType<ChainCommand.Drop>());
        }

        Assert.Equal(0, control[2].Parent);
        Assert.Equal(1, Assert.Single(dropped).Node);
        Assert.Contains("stored nothing", dropped[0].Reason, StringComparison.Ordinal);
    }

    /// <summary>Datagrams are blocked: the head tries in the place of a node, and nothing is tried twice.</summary>
    [Fact]
    public void A_refused_link_is_not_tried_again()
    {
        var control = Formed(3);
        control.LinkEnded(3, isRefused: true, TimeSpan.FromSeconds(1));
        control.Tick(TimeSpan.FromSeconds(3));
        Assert.Equal([new ChainCommand.Unfeed(1, 2, 3), new ChainCommand.Feed(-1, 2, 4)], Commands(control));

        control.LinkEnded(4, isRefused: true, TimeSpan.FromSeconds(4));
        control.Tick(TimeSpan.FromSeconds(9));
        Assert.Equal(2, Assert.IsType<ChainCommand.Drop>(Assert.Single(Commands(control))).Node);
    }

    [Fact]
    public void A_slow_node_keeps_its_place_on_a_side_branch()
    {
        var control = Formed(3);
        for (var second = 1; second <= 30; second++)
        {
            control.Read(1000 * second, TimeSpan.FromSeconds(second));
            control.Stored(0, 1000 * second, TimeSpan.FromSeconds(second));
            control.Stored(1, 20 * second, TimeSpan.FromSeconds(second));
            control.Stored(2, control[2].Parent == 0 ? 900 * second : 20 * second, TimeSpan.FromSeconds(second));
            control.Tick(TimeSpan.FromSeconds(second));
        }

        Assert.True(control[1].IsSlow);
        Assert.Equal(0, control[1].Parent);
        Assert.Equal(0, control[2].Parent);
        Assert.False(control[2].IsSlow);
    }

    [Fact]
    public void An_idle_chain_is_ended_after_its_limit()
    {
        var control = Formed(2, new ChainPolicy { IdleLimit = TimeSpan.FromSeconds(4) });
        control.Tick(TimeSpan.FromSeconds(3));
        Assert.Empty(Commands(control));
        control.Tick(TimeSpan.FromSeconds(5));
        Assert.Equal(2, Commands(control).OfType<ChainCommand.Drop>().Count());
    }

    [Fact]
    public void The_first_block_does_not_wait_for_an_absent_node()
    {
        var control = new ChainControl(3, new ChainPolicy { StartLimit = TimeSpan.FromSeconds(5) });
        control.Joined(0, TimeSpan.Zero);
        control.Joined(2, TimeSpan.Zero);
        control.Tick(TimeSpan.FromSeconds(4));
        Assert.Empty(Commands(control));
        control.Tick(TimeSpan.FromSeconds(5));
        Assert.Equal([new ChainCommand.Feed(-1, 0, 1), new ChainCommand.Feed(0, 2, 2)], Commands(control));
        control.Joined(1, TimeSpan.FromSeconds(9));
        Assert.Equal([new ChainCommand.Feed(2, 1, 3)], Commands(control));
    }

    private static ChainControl Formed(int nodes, ChainPolicy? policy = null)
    {
        var control = new ChainControl(nodes, policy ?? new ChainPolicy());
        for (var node = 0; node < nodes; node++)
        {
            control.Joined(node, TimeSpan.Zero);
        }

        Assert.Equal(nodes, Commands(control).Count);
        control.Tick(TimeSpan.Zero);
        return control;
    }

    private static List<ChainCommand> Commands(ChainControl control)
    {
        var all = new List<ChainCommand>();
        while (control.TryTake(out var command))
        {
            all.Add(command);
        }

        return all;
    }

    private static ChainSimulator Run(int nodes, int seed, ChainFaults faults, ChainPolicy? policy = null)
    {
        var run = new ChainSimulator(nodes, seed, faults, policy);
        run.Run();
        return run;
    }

    private static void Check(ChainSimulator run, int seed)
    {
        Assert.True(run.IsFinished, $"seed {seed}: not over after {run.Elapsed}");
        Assert.All(run.Nodes, node => Assert.True(node.IsDone || (node.IsFaulty && node.Cause is not null), $"seed {seed}: {node.Cause ?? "no cause"}"));
    }
}
