using Pipe.Linux;

namespace Pipe.CommandLine;

/// <summary>A destination for output. Throws <see cref="IOException"/> if writing fails.</summary>
internal delegate void Outlet(ReadOnlySpan<byte> bytes);

internal static class Outlets
{
    private const int RetryMilliseconds = 20;

    public static Outlet StandardOutput { get; } = bytes => new Fd(1, "standard output").WriteAll(bytes);

    public static Outlet StandardError { get; } = To(new Fd(2, "standard error"));

    /// <summary>
    /// Writes to a descriptor that another program, such as ssh, may have made non-blocking. A pipe then takes a line of up to 4096 bytes
    /// whole or not at all, so a retry is safe.
    /// </summary>
    public static Outlet To(Fd fd) => bytes =>
    {
        while (true)
        {
            try
            {
                fd.WriteAll(bytes);
                return;
            }
            catch (LinuxException e) when (e.Errno == Errno.Again)
            {
                Thread.Sleep(RetryMilliseconds);
            }
        }
    };
}
