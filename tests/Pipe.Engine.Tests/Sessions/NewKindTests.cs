using Pipe.Engine.Tests.Objects;
using Pipe.Protocol;

namespace Pipe.Engine.Tests.Sessions;

/// <summary>A kind of object is registered and copied: neither side of a session knows more of it than its <see cref="IObjectKind"/>.</summary>
public sealed class NewKindTests : IDisposable
{
    private const int Size = 5_000_003;
    private readonly Scratch _scratch = new();

    public void Dispose() => _scratch.Dispose();

    [Theory(Timeout = 2 * Limit.Milliseconds)]
    [InlineData(true)]
    [InlineData(false)]
    public async Task An_object_of_a_new_kind_there(bool isWritten)
    {
        var (bytes, file, stored) = (Bytes(), Resource.File("", _scratch["file"]), ComplementKind.At(_scratch.Directory, "stored"));
        File.WriteAllBytes(_scratch[isWritten ? "file" : "stored"], bytes);
        await CopyAsync(isWritten ? Direction.Write : Direction.Read, here: file, there: stored);
        Assert.True(ComplementKind.Of(bytes).AsSpan().SequenceEqual(File.ReadAllBytes(_scratch[isWritten ? "stored" : "file"])));
    }

    [Theory(Timeout = 2 * Limit.Milliseconds)]
    [InlineData(true)]
    [InlineData(false)]
    public async Task An_object_of_a_new_kind_here(bool isWritten)
    {
        var (bytes, file, stored) = (Bytes(), Resource.File("", _scratch["file"]), ComplementKind.At(_scratch.Directory, "stored"));
        File.WriteAllBytes(_scratch[isWritten ? "stored" : "file"], bytes);
        await CopyAsync(isWritten ? Direction.Write : Direction.Read, here: stored, there: file);
        Assert.True(ComplementKind.Of(bytes).AsSpan().SequenceEqual(File.ReadAllBytes(_scratch[isWritten ? "file" : "stored"])));
    }

    [Fact(Timeout = 2 * Limit.Milliseconds)]
    public async Task An_object_that_this_side_cannot_open()
    {
        var tree = Resource.Tree(_scratch.Directory, ["."], TreeFlags.Recurse, []);
        var failure = await Assert.ThrowsAsync<Failure>(() => CopyAsync(Direction.Write, here: tree, there: tree));
        Assert.Equal((ExitCode.Usage, "this program cannot open an object of the kind Tree"), (failure.Code, failure.Message));
    }

    /// <summary>A program with fewer kinds says so, and nothing is made there.</summary>
    [Fact(Timeout = 2 * Limit.Milliseconds)]
    public async Task An_object_that_the_other_side_cannot_open()
    {
        File.WriteAllBytes(_scratch["file"], Bytes());
        var failure = await Assert.ThrowsAsync<Failure>(
            () => CopyAsync(Direction.Write, Resource.File("", _scratch["file"]), Resource.Archive([_scratch.Directory], "kept"), new Archiving()));
        Assert.Equal(ExitCode.Usage, failure.Code);
        Assert.EndsWith("this program cannot open an object of the kind Archive", failure.Message, StringComparison.Ordinal);
        Assert.Equal(["file"], _scratch.Names);
    }

    private static byte[] Bytes()
    {
        var bytes = new byte[Size];
        new Random(5).NextBytes(bytes);
        return bytes;
    }

    private static Task<Outcome> CopyAsync(Direction direction, Resource here, Resource there, Archiving? archiving = null)
    {
        var far = string.Join(' ', Processes.HostCommand("serve-complement").Select(ShellWords.Quote));
        var plan = new Plan
        {
            Direction = direction,
            Remote = new Remote { Shell = $"env SSH_CONNECTION='127.0.0.1 0 127.0.0.1 0' {far}" },
            Here = here,
            There = there,
            Archiving = archiving,
        };
        var kinds = here.Kind == ResourceKind.Tree || archiving is null ? ComplementKind.Kinds : Kinds.All;
        return Copy.RunAsync(kinds, plan, new Tally(), Unobserved.Instance, CancellationToken.None);
    }
}
