namespace Pipe.Nbd.Tests;

/// <summary>A client whose requests are given beforehand; it keeps the replies.</summary>
/// <param name="script">Its words.</param>
/// <param name="most">Bytes that come at a time.</param>
internal sealed class ScriptedChannel(byte[] script, int most = int.MaxValue) : IByteChannel
{
    private int _at;

    public MemoryStream Answers { get; } = new(1 << 20);

    /// <summary>Called before bytes are given out, with how many have been.</summary>
    public Action<int> Receiving { get; set; } = static _ => { };

    public int Receive(Span<byte> buffer)
    {
        Receiving(_at);
        var count = Math.Min(Math.Min(buffer.Length, most), script.Length - _at);
        script.AsSpan(_at, count).CopyTo(buffer);
        _at += count;
        return count;
    }

    public void Send(ReadOnlySpan<byte> bytes)
    {
        lock (Answers)
        {
            Answers.Write(bytes);
        }
    }

    public void Shutdown() => _at = script.Length;

    public void Dispose()
    {
    }
}
