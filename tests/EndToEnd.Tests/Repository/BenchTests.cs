namespace EndToEnd.Tests.Repository;

/// <summary>The arguments of tests/bench; its measurements are for people.</summary>
public sealed class BenchTests
{
    [FactNeeding("python3")]
    public void A_table_of_which_only_lets_nothing_through_is_empty()
    {
        var ran = Checkout.Run("python3", "-B", "-c", $"""
            import sys, types
            sys.path.insert(0, "{Checkout.PathOf("tests/bench/bench")}")
            from trial import Table
            table = Table("", "")
            table.add("a tool", lambda: None)
            table.measure(types.SimpleNamespace(only="another", rounds=3))
            print(len(table.trials))
            """);
        Assert.Equal("0", ran.All.Trim());
    }
}
