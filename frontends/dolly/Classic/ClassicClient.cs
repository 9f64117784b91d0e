using System.Net.Sockets;
using Pipe.Engine;
using Pipe.Protocol;

namespace Pipe.Dolly;

/// <summary>
/// One run of a classic client: takes a configuration and data from its parent, stores them, and feeds its children. The configuration decides
/// about the shape of the chain only, never about the file to write or a command to run.
/// </summary>
/// <param name="listener">The ports.</param>
/// <param name="place">Finds the place of this host in a configuration.</param>
/// <param name="open">Opens the target for a configuration.</param>
/// <param name="termsOf">Returns the limits for a configuration.</param>
/// <param name="note">Reports a step.</param>
internal sealed class ClassicClient(
    ClassicListener listener, Func<Configuration, ClassicPlace> place, Func<Configuration, ISink> open, Func<Configuration, ClassicTerms> termsOf, Action<string> note) : IDisposable
{
    private const int LongestConfig = 16 << 20;
    private const string End = "\nendconfig";
    private static readonly TimeSpan LastPiece = TimeSpan.FromMilliseconds(200);

    private readonly List<ClassicChild> _children = [];
    private ClassicTerms _terms = termsOf(new Configuration());
    private ClassicData _data = new(0);
    private byte[] _buffer = [];
    private ClassicLink? _control;
    private long? _total;

    /// <summary>Takes one stream. Returns its size; null if the server ends its clients instead.</summary>
    public long? Run()
    {
        _control = listener.AcceptControl();
        _buffer = new byte[_terms.BlockSize];
        var text = ReadConfig();
        var config = ConfigurationReader.Read(text);
        if (config is { IsDummy: true, DummyMebibytes: 0 })
        {
            return null;
        }

        var here = place(config);
        _terms = termsOf(config);
        _buffer = new byte[_terms.BlockSize];
        _data = new ClassicData(_terms.BlockSize);
        AcceptData(config);
        Send($"Host got parameters '{here.Name}'.\n");
        using var sink = open(config);
        foreach (var host in here.Children)
        {
            _children.Add(new ClassicChild(host, config.Links, _terms, CheckParent));
            note($"connected to {host}");
        }

        _children.ForEach(child => child.SendConfig(text));
        Send($"Host ready '{here.Name}'.\n");
        var size = Take(sink);
        sink.Commit(size);
        _children.ForEach(child => child.AwaitEnd(size));
        _control.Send(BitConverter.GetBytes((ulong)size));
        return size;
    }

    public void Dispose()
    {
        _children.ForEach(static child => child.Dispose());
        _data.Dispose();
        _control?.Dispose();
    }

    /// <summary>Reads the configuration, in however many pieces it comes.</summary>
    private string ReadConfig()
    {
        var text = "";
        while (!IsWhole(text))
        {
            // The end of the last line may be missing, but not more.
            if (text.Contains(End, StringComparison.Ordinal) && !_control!.Socket.Poll(LastPiece, SelectMode.SelectRead))
            {
                break;
            }

            var count = _control!.Receive(_buffer);
            text += RawText.Decode(_buffer.AsSpan(0, count));
            if (count == 0 || text.Length > LongestConfig)
            {
                throw new Failure(ExitCode.Protocol, $"{_control.Peer}: {(count == 0 ? "closed the connection before the end of the configuration" : "sent no configuration")}");
            }
        }

        return text;
    }

    /// <summary>Whether the text has its last line and, where the server adds a space, that too.</summary>
    private static bool IsWhole(string text) =>
        text.IndexOf(End, StringComparison.Ordinal) is > 0 and var end && text.IndexOf('\n', end + 1) >= 0 && text.Length != ClassicConfig.Segment;

    /// <summary>Ends this run if the parent disconnects while it waits for a child.</summary>
    private void CheckParent()
    {
        if (_control!.Socket.Poll(TimeSpan.Zero, SelectMode.SelectRead) && _control.Socket.Available == 0)
        {
            throw new Failure(ExitCode.Unreachable, $"{_control.Peer}: closed the connection before the data");
        }
    }

    /// <summary>Accepts the data connections. If there are several, each begins with its number.</summary>
    private void AcceptData(Configuration config)
    {
        var count = 1 + (config.Links?.Count ?? 0);
        var links = new ClassicLink?[count];
        for (var i = 0; i < count; i++)
        {
            var link = listener.AcceptData();
            _data.Links.Add(link);
            var number = new byte[sizeof(int)];
            if (count > 1)
            {
                link.ReceiveAll(number);
            }

            var index = BitConverter.ToInt32(number);
            links[index] = index >= 0 && index < count && links[index] is null ? link : throw new Failure(ExitCode.Protocol, $"{link.Peer}: {index}: not the number of a data connection");
        }

        _data.Links.Clear();
        _data.Links.AddRange(links!);
    }

    private void Send(string text) => _control!.Send(RawText.Encode(text));

    /// <summary>Stores and forwards until the parent has announced the total and that many bytes have arrived.</summary>
    private long Take(ISink sink)
    {
        long received = 0;
        while (_total is not { } total || received < total)
        {
            foreach (var socket in Readable())
            {
                if (socket == _control!.Socket)
                {
                    TakeTotalOnce();
                }
                else if (socket == _data.Current.Socket)
                {
                    received += TakeData(sink, received);
                }
                else
                {
                    Forward(_children.Single(child => child.Control.Socket == socket));
                }
            }
        }

        _children.ForEach(static child => child.EndData());
        return received == _total ? received : throw new Failure(ExitCode.Integrity, $"{_control!.Peer}: sent {received} bytes and announced {_total}");
    }

    private List<Socket> Readable()
    {
        List<Socket> sockets = [_data.Current.Socket];
        if (_total is null)
        {
            sockets.Add(_control!.Socket);
            sockets.AddRange(_children.Select(static child => child.Control.Socket));
        }

        Socket.Select(sockets, null, null, (int)Math.Min(int.MaxValue, _terms.Idle.TotalMicroseconds));
        return sockets.Count > 0 ? sockets : throw new Failure(ExitCode.Unreachable, $"{_control!.Peer}: moved nothing for {_terms.Idle.TotalSeconds:0} seconds", "-a SECONDS waits longer");
    }

    /// <summary>Takes the total, unless the end of the data has asked for it already.</summary>
    private void TakeTotalOnce()
    {
        if (_total is null)
        {
            TakeTotal();
        }
    }

    private void TakeTotal()
    {
        var total = new byte[ClassicTerms.TotalSize];
        _control!.ReceiveAll(total);
        _total = (long)BitConverter.ToUInt64(total);
        _children.ForEach(child => child.SendTotal(_total.Value));
    }

    private int TakeData(ISink sink, long offset)
    {
        var count = _data.Current.Receive(_buffer.AsSpan(0, _data.Share(_buffer.Length)));
        if (count == 0)
        {
            // The total may still be on its way.
            return _total is null ? AwaitTotal(offset) : throw Short(offset);
        }

        var bytes = _buffer.AsSpan(0, count);
        sink.Write(bytes, offset);
        _children.ForEach(child => child.Send(_buffer.AsSpan(0, count)));
        _data.Moved(count);
        return count;
    }

    private int AwaitTotal(long offset)
    {
        TakeTotal();
        return _total == offset ? 0 : throw Short(offset);
    }

    private Failure Short(long offset) => new(ExitCode.Integrity, $"{_control!.Peer}: ended the data after {offset} bytes{(_total is { } total ? $" of {total}" : "")}");

    /// <summary>Passes the messages of a child on to the server.</summary>
    private void Forward(ClassicChild child)
    {
        var count = child.Control.Receive(_buffer);
        if (count == 0)
        {
            throw new Failure(ExitCode.Unreachable, $"{child.Name}: closed the connection");
        }

        _control!.Send(_buffer.AsSpan(0, count));
    }
}
