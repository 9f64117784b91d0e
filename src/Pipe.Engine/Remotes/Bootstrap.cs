using Pipe.Linux;
using Pipe.Protocol;

namespace Pipe.Engine;

/// <summary>
/// The talk with a <see cref="BootstrapLine"/>, before there is a server to talk to: it says <c>here</c>, or <c>need</c> and what
/// machine it is; told <c>go</c> it says <c>ready</c>, takes the program, and says <c>here</c>; or it says <c>failed</c> and why.
/// </summary>
/// <param name="input">From it.</param>
/// <param name="output">To it; does not block.</param>
/// <param name="program">What it may take.</param>
/// <param name="timeoutSeconds">How long it may be silent, once it has spoken.</param>
/// <param name="mayPrompt">Whether somebody may have to type a password first.</param>
internal sealed class Bootstrap(Fd input, Fd output, OwnProgram program, int timeoutSeconds, bool mayPrompt) : IDisposable
{
    private const int LoginSeconds = 10;
    private const int MaxLine = 2000;
    private readonly Wake _wake = new();
    private readonly List<byte> _heard = [];
    private bool _hasSpoken;

    /// <summary>What came that was not for us, fit for a message.</summary>
    public string Noise => ControlChannel.Shown([.. _heard]);

    /// <summary>Returns once the server starts there; true if the program had to be brought.</summary>
    /// <exception cref="Failure">The program cannot be had there.</exception>
    /// <exception cref="PeerLost">It ended too early.</exception>
    public bool Run()
    {
        switch (Hear().Split(' ', 2))
        {
            case ["here"]:
                return false;
            case ["need", var machine]:
                Bring(machine);
                return true;
            case ["failed", var why]:
                throw new Failure(ExitCode.Unreachable, $"the program cannot be brought there: {why}");
            default:
                throw new ProtocolException("unexpected reply to the bootstrap script");
        }
    }

    /// <summary>From another thread: ends a run, which throws.</summary>
    public void Stop() => _wake.Signal();

    public void Dispose() => _wake.Dispose();

    private void Bring(string machine)
    {
        if (machine != OwnProgram.Machine)
        {
            throw new Failure(
                ExitCode.Unreachable,
                $"that is a {machine} machine, and this program is for {OwnProgram.Machine}",
                "install there what was built for it");
        }

        Say("go\n"u8);
        Expect("ready");
        Upload();
        Expect("here");
    }

    private void Expect(string word)
    {
        var said = Hear();
        if (said != word)
        {
            throw said.StartsWith("failed ", StringComparison.Ordinal)
                ? new Failure(ExitCode.Unreachable, $"the program cannot be brought there: {said["failed ".Length..]}")
                : new ProtocolException("unexpected reply to the bootstrap script");
        }
    }

    private void Upload()
    {
        var piece = new byte[64 * 1024];
        using var file = OwnProgram.Open();
        for (var left = program.Size; left > 0;)
        {
            var count = file.Read(piece, 0, (int)Math.Min(piece.Length, left));
            if (count == 0)
            {
                throw new Failure(ExitCode.Objects, "this program's own file has become shorter");
            }

            // It may have stopped taking, and said why.
            if (Wake.HasInput(input))
            {
                return;
            }

            Say(piece.AsSpan(0, count));
            left -= count;
        }
    }

    private void Say(ReadOnlySpan<byte> bytes)
    {
        while (!bytes.IsEmpty)
        {
            if (!_wake.Writable(output, Patience()))
            {
                throw Late("takes nothing");
            }

            try
            {
                bytes = bytes[output.TryWrite(bytes)..];
            }
            catch (LinuxException e) when (e.Errno == Errno.BrokenPipe)
            {
                return; // What it said last tells more.
            }
        }
    }

    /// <summary>The rest of the next line that is marked.</summary>
    private string Hear()
    {
        var mark = System.Text.Encoding.ASCII.GetBytes(BootstrapLine.Mark);
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
        : new Failure(ExitCode.Unreachable, $"the other side {what} while it should take the program", $"{OptionWord.Timeout} SECONDS allows more");
}
