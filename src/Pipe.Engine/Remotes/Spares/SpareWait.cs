using Pipe.Linux;
using Pipe.Protocol;

namespace Pipe.Engine;

/// <summary>The remote end of a spare server: answers its keeper until a client calls.</summary>
internal static class SpareWait
{
    /// <summary>Returns when the control channel begins; false if the input ends, is silent, or is invalid.</summary>
    public static bool Run(Fd input, Fd output, CancellationToken cancel)
    {
        var word = new byte[SpareWord.Size];
        using var wake = new Wake();
        using var stop = cancel.Register(wake.Signal);
        try
        {
            while (Fill(input, word, wake))
            {
                var said = SpareWord.Read(word);
                if (said.Kind == SpareWordKind.Call)
                {
                    return true;
                }

                output.WriteAll((said with { Kind = SpareWordKind.Pong }).Packed());
            }
        }
        catch (Exception e) when (e is ProtocolException or LinuxException)
        {
            // No reader is left to tell.
        }

        return false;
    }

    /// <summary>Fills the word without reading past it: the bytes after a Call belong to the control channel.</summary>
    private static bool Fill(Fd input, byte[] word, Wake wake)
    {
        for (var done = 0; done < word.Length;)
        {
            var count = wake.Readable(input, Limits.SpareUnaskedSeconds * 1000) ? input.Read(word.AsSpan(done)) : 0;
            if (count == 0)
            {
                return false;
            }

            done += count;
        }

        return true;
    }
}
