namespace Pipe.Linux;

/// <summary>Random bytes from the kernel. Does not load a cryptography library, which would slow down every start.</summary>
internal static class Entropy
{
    public static unsafe byte[] Bytes(int count)
    {
        var bytes = new byte[count];
        fixed (byte* at = bytes)
        {
            // getrandom never returns short or with EINTR for up to 256 bytes.
            if (Sys.GetRandom(at, (nuint)count, 0) != count)
            {
                LinuxException.Throw("getrandom", "random numbers");
            }
        }

        return bytes;
    }
}
