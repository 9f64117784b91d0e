using System.Net.Sockets;
using Pipe.Linux;
using Pipe.Protocol;

namespace Pipe.Engine;

/// <summary>On a server started by a new login: forwards its whole control channel to the server that waits for it.</summary>
/// <param name="output">The channel to the initiator.</param>
/// <param name="mailbox">The mailbox of this server, which is told if no server waits for the session.</param>
internal sealed class ResumeProxy(ControlChannel output, Mailbox mailbox) : IDisposable
{
    private const int BufferSize = 64 * 1024;
    private Fd? _there;

    public bool IsActive => _there is not null;

    /// <summary>Forwards a message; the first is a Resume, which names the session.</summary>
    public void Forward(MessageType type, ReadOnlySpan<byte> payload)
    {
        if (_there is null && !TryOpen(Resume.Read(payload).Session))
        {
            return;
        }

        var packed = new byte[Frame.Size + payload.Length];
        payload.CopyTo(packed.AsSpan(Frame.Size));
        Frame.Seal(packed, type);
        _there!.WriteAll(packed);
    }

    public void Dispose() => _there?.Dispose();

    private bool TryOpen(byte[] session)
    {
        try
        {
            var (input, there) = ResumeSocket.Descriptors(ResumeSocket.Connect(session));
            there.WriteAll(Frame.Marker);
            there.WriteAll(Frame.Pack(Hello.Ours(Version.Program)));
            _there = there;
            DataThread.Start("resume proxy", () => CarryBack(input));
            return true;
        }
        catch (Exception e) when (e is SocketException or IOException)
        {
            mailbox.Post(new SessionEvent.Failed(new Failure(ExitCode.Unreachable, "the session no longer exists: the program there died, or runs on another machine")));
            return false;
        }
    }

    private void CarryBack(Fd input)
    {
        var buffer = new byte[BufferSize];
        try
        {
            using (input)
            {
                for (int count; (count = input.Read(buffer)) > 0;)
                {
                    output.SendRaw(buffer.AsSpan(0, count));
                }
            }
        }
        catch (IOException)
        {
            // One of the two ends is gone; the other is told below.
        }

        mailbox.Post(new SessionEvent.ControlEnded(output, null));
    }
}
