namespace Pipe.Linux;

/// <summary>Random bytes from the kernel, without a cryptography library: the start path stays short.</summary>
internal static class Entropy
{
    public static unsafe byte[] Bytes(int count)
    {
        var bytes = new byte[count];
        fixed (byte* at = bytes)
        {
            // Up to 256 bytes come whole and uninterrupted.
            if (Sys.GetRandom(at, (nuint)count, 0) != count)
            {
                LinuxException.Throw("getrandom", "random numbers");
            }
        }

        return bytes;
    }
}
