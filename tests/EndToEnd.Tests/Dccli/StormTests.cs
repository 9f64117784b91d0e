using EndToEnd.Tests.Repository;

namespace EndToEnd.Tests.Dccli;

/// <summary>Random faults in runs to eight hosts: the others have everything, each that failed is named with its cause, and a second run completes it.</summary>
public sealed class StormTests : CopyTest
{
    [Cases(Needs.Cluster, "python3")]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public async Task A_fault_of_one_destination_changes_no_other_result(int seed)
    {
        var result = await Run($"exec '{Checkout.PathOf("tests/lab/cluster")}' 8 '{Checkout.PathOf("tests/lab/fanstorm")}' 4 {seed}");
        MayLeaveTemporaryFiles = true;
        result.Is(0).Says();
    }
}
