namespace EndToEnd.Tests.Repository;

/// <summary>Decisions that are made in one file: a second one would give the user other words for the same cause.</summary>
public sealed class OnePlaceTests
{
    [Theory]
    [InlineData("GetPInvokeErrorMessage", "src/Pipe.Linux/LinuxException.cs")]
    [InlineData("\"internal error: ", "src/Pipe.Engine/Failure.cs")]
    public void One_file_decides(string mark, string place) => Assert.Equal(
        [place],
        from file in Checkout.Files()
        where SourceGraph.IsProduct(file) && file.EndsWith(".cs", StringComparison.Ordinal) && Checkout.Text(file).Contains(mark, StringComparison.Ordinal)
        select file);
}
