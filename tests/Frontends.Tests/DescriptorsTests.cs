namespace Frontends.Tests;

public sealed class DescriptorsTests
{
    private const string Before = "Limit                     Soft Limit           Hard Limit           Units     \nMax processes             1                    1                    processes \n";

    [Theory]
    [InlineData("Max open files            1024                 524288               files     \n", 137)]
    [InlineData("Max open files            10                   10                   files     \n", 1)]
    [InlineData("Max open files            unlimited            unlimited            files     \n", int.MaxValue)]
    [InlineData("", int.MaxValue)]
    public void Copies_that_the_descriptors_are_enough_for(string line, int copies) => Assert.Equal(copies, Descriptors.Copies(Before + line));

    [Fact]
    public void The_limit_of_this_process_is_found() => Assert.InRange(Descriptors.Copies(), 1, int.MaxValue - 1);
}
