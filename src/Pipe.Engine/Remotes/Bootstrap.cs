using System.Text;
using Pipe.Linux;
using Pipe.Protocol;

namespace Pipe.Engine;

/// <summary>
/// The dialogue with a <see cref="BootstrapLine"/> before the server runs. The script prints <c>here</c>, or <c>need</c> and its machine type; after
/// <c>go</c> and the name, size and digest of a program for that type, it prints <c>here</c> if it has that one, or <c>ready</c>, reads it, and prints
/// <c>here</c>; on an error it prints <c>failed</c> and the reason.
/// </summary>
/// <param name="input">The script's output.</param>
/// <param name="output">The script's input; non-blocking.</param>
/// <param name="program">The program for a machine of this host's type.</param>
/// <param name="timeoutSeconds">The longest silence of the script, once it has printed anything.</param>
/// <param name="mayPrompt">Whether a user may have to type a password first.</param>
internal sealed class Bootstrap(Fd input, Fd output, OwnProgram program, int timeoutSeconds, bool mayPrompt) : IDisposable
{
    private const int LoginSeconds = 10;
    private const int MaxLine = 2000;
    private readonly Wake _wake = new();
    private readonly List<byte> _heard = [];
    private bool _hasSpoken;

    /// <summary>The unrelated output received so far, formatted for a message.</summary>
    public string Noise => ControlChannel.Shown([.. _heard]);

    /// <summary>Returns once the server starts; true if the program had to be installed.</summary>
    /// <exception cref="Failure">The program cannot be installed there.</exception>
    /// <exception cref="PeerLost">The script ended too early.</exception>
    public bool Run()
    {
        switch (ReadAnswer().Split(' ', 2))
        {
            case ["here"]:
                return false;
            case ["need", var machine]:
                Install(machine);
                return true;
            case ["failed", var why]:
                throw new Failure(ExitCode.Unreachable, $"the program cannot be installed there: {why}");
            default:
                throw new ProtocolException("unexpected reply to the bootstrap script");
        }
    }

    /// <summary>Cancels a run from another thread; the run throws.</summary>
    public void Stop() => _wake.Signal();

    public void Dispose() => _wake.Dispose();

    private void Install(string machine)
    {
        var wanted = machine == OwnProgram.Machine ? program : OwnProgram.For(machine);
        Send(Encoding.ASCII.GetBytes($"go {wanted.Name} {wanted.Size} {wanted.Digest}\n"));
        if (Expect("ready", "here") == "ready")
        {
            Upload(wanted);
            Expect("here");
        }
    }

    private string Expect(params ReadOnlySpan<string> words)
    {
        var said = ReadAnswer();
        if (words.Contains(said))
        {
            return said;
        }

        throw said.StartsWith("failed ", StringComparison.Ordinal)
            ? new Failure(ExitCode.Unreachable, $"the program cannot be installed there: {said["failed ".Length..]}")
            : new ProtocolException("unexpected reply to the bootstrap script");
    }

    private void Upload(OwnProgram program)
    {
        var piece = new byte[64 * 1024];
        using var file = program.Open();
        for (var left = program.Size; left > 0;)
        {
            var count = file.Read(piece, 0, (int)Math.Min(piece.Length, left));
            if (count == 0)
            {
                throw new Failure(ExitCode.Objects, "the program's file has become shorter");
            }

            // The script may have stopped reading and reported why.
            if (Wake.HasInput(input))
            {
                return;
            }

            Send(piece.AsSpan(0, count));
            left -= count;
        }
    }

    private void Send(ReadOnlySpan<byte> bytes)
    {
        while (!bytes.IsEmpty)
        {
            if (!_wake.Writable(output, Patience()))
            {
                throw Late("reads nothing");
            }

            try
            {
                bytes = bytes[output.TryWrite(bytes)..];
            }
            catch (LinuxException e) when (e.Errno == Errno.BrokenPipe)
            {
                return; // Its last output explains more.
            }
        }
    }

    /// <summary>Reads the rest of the next marked line.</summary>
    private string ReadAnswer()
    {
        var mark = Encoding.ASCII.GetBytes(BootstrapLine.Mark);
        SkipTo(mark, Limits.MaxNoise);
        _heard.RemoveRange(_heard.Count - mark.Length, mark.Length);
        var start = _heard.Count;
        SkipTo("\n"u8, start + MaxLine);
        var line = ControlChannel.Shown([.. _heard[start..]]);
        _heard.RemoveRange(start, _heard.Count - start);
        return line;
    }

    private void SkipTo(ReadOnlySpan<byte> end, int most)
    {
        var one = new byte[1];
        do
        {
            if (!_wake.Readable(input, Patience()))
            {
                throw Late("is silent");
            }

            if (input.Read(one) == 0)
            {
                throw new PeerLost(null);
            }

            _hasSpoken = true;
            _heard.Add(one[0]);
            if (_heard.Count > most + end.Length)
            {
                ProtocolException.Throw($"no answer in the first {most} bytes");
            }
        }
        while (!System.Runtime.InteropServices.CollectionsMarshal.AsSpan(_heard).EndsWith(end));
    }

    private int Patience() => !_hasSpoken && mayPrompt ? -1 : (int)Math.Min(int.MaxValue, Math.Max(timeoutSeconds, LoginSeconds) * 1000L);

    private Failure Late(string what) => _wake.IsSignalled
        ? new Failure(ExitCode.Interrupted, "interrupted")
        : new Failure(ExitCode.Unreachable, $"the other side {what} while the program is being sent", $"{OptionWord.Timeout} SECONDS allows more");
}
