namespace EndToEnd.Tests.Repository;

/// <summary>An interface is a seam that the programs use, not one for tests.</summary>
public sealed class InterfaceTests
{
    [Fact]
    public void The_programs_call_every_member_of_every_interface() => Assert.Empty(SourceGraph.Product.UncalledMembers());

    [Fact]
    public void A_member_that_only_an_implementation_has_is_reported() => Assert.Equal(
        ["ISeam.Idle"],
        new SourceGraph([
            new SourceFile("ISeam.cs", "interface ISeam { int Size { get; } void Run(); void Idle(); }"),
            new SourceFile("Seam.cs", "class Seam : ISeam { public int Size => 1; public void Run() { } public void Idle() { } }"),
            new SourceFile("Use.cs", "class Use { void Go(ISeam seam, Seam own) { if (seam.Size > 0) { seam.Run(); } own.Idle(); } }"),
        ]).UncalledMembers());
}
