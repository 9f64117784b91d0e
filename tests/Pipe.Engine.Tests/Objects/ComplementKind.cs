using Pipe.Protocol;

namespace Pipe.Engine.Tests.Objects;

/// <summary>A kind of object that the engine does not know: a file that stores the complement of each byte. It takes the place of patterns.</summary>
internal sealed class ComplementKind : IObjectKind
{
    public static ObjectKinds Kinds { get; } = new((ResourceKind.Pattern, new ComplementKind()));

    public static Resource At(string directory, string name) => new(ResourceKind.Pattern, directory, name, 0);

    public static byte[] Of(ReadOnlySpan<byte> bytes) => [.. bytes.ToArray().Select(one => (byte)~one)];

    public ISource OpenSource(OpenContext at) => new Source(PlainObjects.Instance.OpenSource(at with { Resource = FileOf(at.Resource) }));

    public ISink OpenSink(OpenContext at) => new Sink(PlainObjects.Instance.OpenSink(at with { Resource = FileOf(at.Resource) }));

    private static Resource FileOf(Resource resource) => Resource.File(resource.Directory, resource.Text);

    private sealed class Source(ISource file) : IStreamSource
    {
        private readonly FrontToBack _front = new(file);

        public long Size => file.Size;

        public int Mode => file.Mode;

        public int Read(Span<byte> buffer)
        {
            var count = _front.Read(buffer);
            Of(buffer[..count]).CopyTo(buffer);
            return count;
        }

        public bool HasMore() => _front.HasMore();

        public void Finish() => file.Finish();

        public void Abort() => file.Abort();

        public void Dispose() => file.Dispose();
    }

    private sealed class Sink(ISink file) : ISink
    {
        public bool IsOrdered => file.IsOrdered;

        public void Write(ReadOnlySpan<byte> bytes, long offset) => file.Write(Of(bytes), offset);

        public void Hole(long offset, long length) => this.WriteZeros(offset, length);

        public void Commit(long size) => file.Commit(size);

        public void Abort() => file.Abort();

        public void Dispose() => file.Dispose();
    }
}
