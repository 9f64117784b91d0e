using System.Text;

namespace Pipe.Engine.Tests;

public sealed class TextSinkTests
{
    [Theory]
    [InlineData("a\nb\n", "a\nb\n")]
    [InlineData("no end", "no end")]
    [InlineData("\u001b[2Jx\r\ny", "\\x1b[2Jx\\x0d\ny")]
    [InlineData("grün €\n", "grün €\n")]
    public void Lines_stay_and_control_characters_do_not(string text, string shown)
    {
        var bytes = Encoding.UTF8.GetBytes(text);
        for (var portion = 1; portion <= bytes.Length; portion++)
        {
            var inner = new Kept();
            using (var sink = new TextSink(inner))
            {
                for (var at = 0; at < bytes.Length; at += portion)
                {
                    sink.Write(bytes.AsSpan(at, Math.Min(portion, bytes.Length - at)), at);
                }

                sink.Commit(bytes.Length);
            }

            Assert.Equal(shown, Encoding.UTF8.GetString(inner.Bytes.ToArray()));
            Assert.Equal(inner.Bytes.Count, inner.Committed);
        }
    }

    private sealed class Kept : ISink
    {
        public List<byte> Bytes { get; } = [];

        public long Committed { get; private set; }

        public bool IsOrdered => true;

        public void Write(ReadOnlySpan<byte> bytes, long offset)
        {
            Assert.Equal(Bytes.Count, offset);
            Bytes.AddRange(bytes);
        }

        public void Hole(long offset, long length) => throw new NotSupportedException();

        public void Commit(long size) => Committed = size;

        public void Abort()
        {
        }

        public void Dispose()
        {
        }
    }
}
