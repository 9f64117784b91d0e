using System.Text;
using Pipe.Engine;
using Pipe.Linux;
using Pipe.Protocol;

namespace Pipe.Ssh;

/// <summary>Asks the user on the controlling terminal, independent of the standard streams.</summary>
/// <param name="path">The terminal.</param>
internal sealed class Prompt(string path)
{
    private const string TerminalPath = "/dev/tty";
    private const int MaxAnswer = 1024;
    private static HiddenInput? _hidden;

    /// <summary>Null in batch mode, and without a terminal.</summary>
    public static Prompt? Of(Settings settings) => settings.IsBatch is not true && Terminal.IsAvailable ? new Prompt(TerminalPath) : null;

    /// <summary>Restores the terminal before a signal ends the program.</summary>
    public static void Restore() => Volatile.Read(ref _hidden)?.Dispose();

    /// <summary>Asks until the answer is yes or no, or the fingerprint itself.</summary>
    public bool Confirm(string text, string fingerprint)
    {
        for (var question = $"{text} (yes/no/fingerprint)? "; ; question = "Please type yes, no or the fingerprint: ")
        {
            switch (Ask(question, isShown: true).Trim())
            {
                case var answer when answer.Equals("yes", StringComparison.OrdinalIgnoreCase) || answer == fingerprint:
                    return true;
                case var answer when answer.Equals("no", StringComparison.OrdinalIgnoreCase):
                    return false;
            }
        }
    }

    /// <summary>Shows the printable characters of a text, and returns the line that the user types.</summary>
    /// <exception cref="Failure">The terminal ended.</exception>
    public string Ask(string text, bool isShown)
    {
        using var terminal = Fd.Open(path, OpenFlags.ReadWrite | OpenFlags.NoTerminal);
        var hidden = isShown ? null : new HiddenInput(terminal);
        Volatile.Write(ref _hidden, hidden);
        try
        {
            terminal.WriteAll(RawText.Encode(RawText.Printable(text)));
            return ReadLine(terminal);
        }
        finally
        {
            // Before it is forgotten: a signal must find the terminal restored, or restore it.
            hidden?.Dispose();
            Volatile.Write(ref _hidden, null);
        }
    }

    private string ReadLine(Fd terminal)
    {
        var bytes = new byte[MaxAnswer];
        for (var length = 0; length < bytes.Length;)
        {
            var count = terminal.Read(bytes.AsSpan(length, 1));
            if (count == 0)
            {
                break;
            }

            if (bytes[length] == (byte)'\n')
            {
                return Encoding.UTF8.GetString(bytes, 0, length);
            }

            length += count;
        }

        throw SshFailure.Of($"{path}: no answer");
    }
}
