using System.Buffers.Binary;
using System.Net.Sockets;

namespace Pipe.Ssh;

/// <summary>A connection to an ssh agent, which signs with its keys.</summary>
internal sealed class Agent : IDisposable
{
    private const byte RequestIdentities = 11;
    private const byte Identities = 12;
    private const byte SignRequest = 13;
    private const byte SignResponse = 14;
    private const int MaxMessage = 256 << 10;
    private readonly Socket _socket;
    private readonly Lock _lock = new();

    private Agent(Socket socket) => _socket = socket;

    /// <summary>Null if no agent listens there.</summary>
    public static Agent? TryOpen(string path)
    {
        var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        try
        {
            socket.Connect(new UnixDomainSocketEndPoint(path));
            return new Agent(socket);
        }
        catch (Exception e) when (e is SocketException or ArgumentException)
        {
            socket.Dispose();
            return null;
        }
    }

    /// <summary>The public halves of its keys; empty if it is locked or fails.</summary>
    public IReadOnlyList<byte[]> Keys()
    {
        List<byte[]> keys = [];
        if (Ask(RequestIdentities, []) is not { Length: > sizeof(int) } answer || answer[0] != Identities)
        {
            return keys;
        }

        var count = BinaryPrimitives.ReadUInt32BigEndian(answer.AsSpan(1));
        ReadOnlySpan<byte> rest = answer.AsSpan(1 + sizeof(int));
        while (keys.Count < count && SshString.TryTake(ref rest, out var key) && SshString.TryTake(ref rest, out _))
        {
            keys.Add(key.ToArray());
        }

        return keys;
    }

    /// <summary>The signature of data, with its algorithm; null if the agent refuses.</summary>
    /// <param name="key">The public half.</param>
    /// <param name="data">The data to sign.</param>
    /// <param name="flags">2 for RSA with SHA-256.</param>
    public byte[]? Sign(byte[] key, byte[] data, uint flags)
    {
        var request = new byte[3 * sizeof(int) + key.Length + data.Length];
        BinaryPrimitives.WriteInt32BigEndian(request, key.Length);
        key.CopyTo(request, sizeof(int));
        BinaryPrimitives.WriteInt32BigEndian(request.AsSpan(sizeof(int) + key.Length), data.Length);
        data.CopyTo(request, 2 * sizeof(int) + key.Length);
        BinaryPrimitives.WriteUInt32BigEndian(request.AsSpan(2 * sizeof(int) + key.Length + data.Length), flags);
        var answer = Ask(SignRequest, request);
        ReadOnlySpan<byte> rest = answer is [SignResponse, ..] ? answer.AsSpan(1) : [];
        return SshString.TryTake(ref rest, out var signature) ? signature.ToArray() : null;
    }

    public void Dispose() => _socket.Dispose();

    /// <summary>The type and body of the answer; null if the agent does not answer.</summary>
    private byte[]? Ask(byte type, byte[] body)
    {
        var message = new byte[sizeof(int) + 1 + body.Length];
        BinaryPrimitives.WriteInt32BigEndian(message, 1 + body.Length);
        message[sizeof(int)] = type;
        body.CopyTo(message, sizeof(int) + 1);
        lock (_lock)
        {
            try
            {
                _socket.Send(message);
                var length = BinaryPrimitives.ReadInt32BigEndian(Read(sizeof(int)));
                return length is > 0 and <= MaxMessage ? Read(length) : null;
            }
            catch (Exception e) when (e is SocketException or EndOfStreamException)
            {
                return null;
            }
        }
    }

    private byte[] Read(int length)
    {
        var bytes = new byte[length];
        for (var at = 0; at < length;)
        {
            var count = _socket.Receive(bytes.AsSpan(at));
            at += count > 0 ? count : throw new EndOfStreamException();
        }

        return bytes;
    }
}
