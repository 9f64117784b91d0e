using Pipe.Engine;
using Pipe.Protocol;

namespace Pipe.Dolly;

/// <summary>A client that this process feeds over the classic protocol: its control connection and its data connections.</summary>
internal sealed class ClassicChild : IDisposable
{
    private readonly ClassicData _data;
    private readonly ClassicLink _control;

    /// <summary>Connects: the data first, because a client listens for them first.</summary>
    /// <param name="host">The client.</param>
    /// <param name="links">The names of its interfaces, or null for the only one.</param>
    /// <param name="terms">The limits.</param>
    /// <param name="wait">Called before each further try; may throw.</param>
    public ClassicChild(string host, ExtraLinks? links, ClassicTerms terms, Action wait)
    {
        Name = host;
        _data = new ClassicData(terms.BlockSize);
        try
        {
            var names = links?.NamesOf(host) ?? [host];
            foreach (var (index, name) in names.Index())
            {
                _data.Links.Add(ClassicLink.Connect(name, ClassicTerms.DataPort, terms, wait));
                if (names.Count > 1)
                {
                    _data.Links[^1].Send(BitConverter.GetBytes(index));
                }
            }

            _control = ClassicLink.Connect(host, ClassicTerms.ControlPort, terms, wait);
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    public string Name { get; }

    public ClassicLink Control => _control;

    public void SendConfig(string text) => _control.Send(RawText.Encode(text));

    /// <summary>Sends data; several connections take turns, a block each.</summary>
    public void Send(ReadOnlySpan<byte> bytes)
    {
        while (bytes.Length > 0)
        {
            var part = _data.Share(bytes.Length);
            _data.Current.Send(bytes[..part]);
            _data.Moved(part);
            bytes = bytes[part..];
        }
    }

    /// <summary>Tells the client how many bytes there are. Some of them may still follow.</summary>
    public void SendTotal(long total) => _control.Send(BitConverter.GetBytes((ulong)total));

    /// <summary>Tells the client that all bytes have been sent.</summary>
    public void EndData() => _data.Links.ForEach(static link => link.EndSending());

    /// <summary>Waits until the client and all those after it have everything.</summary>
    /// <exception cref="Failure">They have not.</exception>
    public void AwaitEnd(long total)
    {
        Span<byte> answer = stackalloc byte[ClassicTerms.TotalSize];
        _control.ReceiveAll(answer);
        if ((long)BitConverter.ToUInt64(answer) != total)
        {
            throw new Failure(ExitCode.Integrity, "*** ERROR *** Didn't get correct maxbytes back!", $"{Name} answered {BitConverter.ToUInt64(answer)}, sent were {total} bytes");
        }
    }

    public void Dispose()
    {
        _data.Dispose();
        _control?.Dispose();
    }
}
