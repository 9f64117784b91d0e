using System.Runtime.InteropServices;
using Pipe.Protocol;

namespace Pipe.Linux;

/// <summary>
/// An open file, pipe or device. The one place that knows of short transfers, EINTR and EAGAIN.
/// Whoever made it closes it, once no thread is inside a call on it any more.
/// </summary>
internal sealed class Fd(int number, string name) : IDisposable
{
    /// <summary>Bytes of a pipe through which data go. With the 64 KiB that it has by itself every block is a dozen changes of context.</summary>
    public const int WidePipe = 1024 * 1024;

    /// <summary>See <see cref="ReadAtNow"/>.</summary>
    public const int CannotReadNow = -1;

    private int _number = number;

    public int Number => _number;

    /// <summary>What messages call it.</summary>
    public string Name { get; } = name;

    /// <summary>Up to buffer.Length bytes; 0 at the end.</summary>
    public unsafe int Read(Span<byte> buffer)
    {
        fixed (byte* at = buffer)
        {
            while (true)
            {
                var count = Sys.Read(_number, at, (nuint)buffer.Length);
                if (count >= 0)
                {
                    return (int)count;
                }

                WaitOrThrow("read", PollFd.In);
            }
        }
    }

    public unsafe void WriteAll(ReadOnlySpan<byte> bytes)
    {
        fixed (byte* at = bytes)
        {
            for (var done = 0; done < bytes.Length;)
            {
                var count = Sys.Write(_number, at + done, (nuint)(bytes.Length - done));
                if (count > 0)
                {
                    done += (int)count;
                }
                else if (count == 0)
                {
                    throw new LinuxException("write", Name, Errno.NoSpace);
                }
                else
                {
                    WaitOrThrow("write", PollFd.Out);
                }
            }
        }
    }

    /// <summary>Writes what is taken without waiting, of a descriptor that does not block; 0 if nothing is.</summary>
    public unsafe int TryWrite(ReadOnlySpan<byte> bytes)
    {
        fixed (byte* at = bytes)
        {
            while (true)
            {
                var count = Sys.Write(_number, at, (nuint)bytes.Length);
                if (count >= 0)
                {
                    return (int)count;
                }

                switch (Marshal.GetLastPInvokeError())
                {
                    case Errno.Interrupted:
                        break;
                    case Errno.Again:
                        return 0;
                    default:
                        LinuxException.Throw("write", Name);
                        break;
                }
            }
        }
    }

    /// <summary>Fills the buffer from that offset on; fewer bytes only at the end of the file.</summary>
    public unsafe int ReadAt(Span<byte> buffer, long offset)
    {
        var done = 0;
        fixed (byte* at = buffer)
        {
            while (done < buffer.Length)
            {
                var count = Sys.ReadAt(_number, at + done, (nuint)(buffer.Length - done), offset + done);
                if (count == 0)
                {
                    break;
                }

                if (count > 0)
                {
                    done += (int)count;
                }
                else
                {
                    WaitOrThrow("read", PollFd.In);
                }
            }
        }

        return done;
    }

    /// <summary>As <see cref="ReadAt"/>, of what is in memory already: the bytes read, or <see cref="CannotReadNow"/> where the file system has no such reads.</summary>
    public unsafe int ReadAtNow(Span<byte> buffer, long offset)
    {
        const int noWait = 8; // RWF_NOWAIT
        fixed (byte* at = buffer)
        {
            var vector = new IoVector { Base = at, Length = (nuint)buffer.Length };
            var count = Sys.ReadAt(_number, &vector, 1, offset, noWait);
            return count >= 0 ? (int)count
                : Marshal.GetLastPInvokeError() is Errno.Again or Errno.Interrupted ? 0
                : CannotReadNow;
        }
    }

    public unsafe void WriteAllAt(ReadOnlySpan<byte> bytes, long offset)
    {
        fixed (byte* at = bytes)
        {
            for (var done = 0; done < bytes.Length;)
            {
                var count = Sys.WriteAt(_number, at + done, (nuint)(bytes.Length - done), offset + done);
                if (count > 0)
                {
                    done += (int)count;
                }
                else if (count == 0)
                {
                    throw new LinuxException("write", Name, Errno.NoSpace);
                }
                else
                {
                    WaitOrThrow("write", PollFd.Out);
                }
            }
        }
    }

    /// <summary>Bytes that wait in a pipe, whichever end this is.</summary>
    public unsafe int BytesWaiting()
    {
        int count;
        Check(Sys.Ioctl(_number, Sys.IoctlBytesWaiting, &count), "ioctl");
        return count;
    }

    /// <summary>Asks for a larger pipe; what the system grants is good enough.</summary>
    public void WidenPipe(int bytes) => _ = Sys.Fcntl(_number, Sys.FcntlSetPipeSize, bytes);

    /// <summary>Itself. If it is a pipe that somebody else has made, it is as wide as ours from here on, unless it was wider.</summary>
    public Fd Widened()
    {
        var size = Sys.Fcntl(_number, Sys.FcntlGetPipeSize, 0);
        if (size is >= 0 and < WidePipe)
        {
            WidenPipe(WidePipe);
        }

        return this;
    }

    public void Sync() => Check(Sys.Sync(_number), "fsync");

    /// <summary>Makes the bytes durable, and of what is known of the file no more than it takes to read them.</summary>
    public void SyncData() => Check(Sys.SyncData(_number), "fdatasync");

    /// <summary>Closes and says so if that fails: on some file systems that is where a full disk shows.</summary>
    public void Close()
    {
        var number = Interlocked.Exchange(ref _number, -1);
        if (number >= 0 && Sys.Close(number) < 0 && Marshal.GetLastPInvokeError() != Errno.Interrupted)
        {
            LinuxException.Throw("close", Name);
        }
    }

    /// <summary>Closes; for what was only read, or is thrown away.</summary>
    public void Dispose()
    {
        var number = Interlocked.Exchange(ref _number, -1);
        if (number >= 0)
        {
            _ = Sys.Close(number);
        }
    }

    /// <summary>Leaves the number to others: nothing is closed.</summary>
    public void Release() => Interlocked.Exchange(ref _number, -1);

    /// <summary>A second number for the same open file, closed on exec: the lowest free one that is neither 0 to 2 nor below the one given.</summary>
    public Fd Duplicate(int from = 0)
    {
        // Low, because a number above 63 makes the kernel enlarge the table, which takes milliseconds in a process with threads.
        const int firstAfterStandardStreams = 3;
        var number = Sys.Fcntl(_number, Sys.FcntlDuplicateCloseOnExec, Math.Max(from, firstAfterStandardStreams));
        Check(number, "fcntl");
        return new Fd(number, Name);
    }

    public static unsafe (Fd Read, Fd Write) Pipe(string name)
    {
        var ends = stackalloc int[2];
        if (Sys.Pipe(ends, OpenFlags.CloseOnExec) < 0)
        {
            LinuxException.Throw("pipe", name);
        }

        return (new Fd(ends[0], name), new Fd(ends[1], name));
    }

    /// <summary>A file without a name, in memory, that goes with its last descriptor.</summary>
    public static unsafe Fd Memory(string name)
    {
        fixed (byte* at = PathBytes(name))
        {
            var number = Sys.MemoryFile(at, Sys.MemoryFileCloseOnExec);
            return number >= 0 ? new Fd(number, name) : throw LinuxException.Last("memfd_create", name);
        }
    }

    /// <param name="path">What to open.</param>
    /// <param name="flags">See <see cref="OpenFlags"/>; close-on-exec is always added.</param>
    /// <param name="mode">Permission bits of a new file.</param>
    /// <param name="name">What messages call it, if not by its path.</param>
    /// <exception cref="LinuxException"/>
    public static Fd Open(string path, int flags, uint mode = 0, string? name = null) =>
        TryOpen(path, flags, mode, name) ?? throw LinuxException.Last("open", name ?? path);

    /// <summary>As <see cref="Open"/>; null if it cannot be opened.</summary>
    public static unsafe Fd? TryOpen(string path, int flags, uint mode = 0, string? name = null)
    {
        fixed (byte* at = PathBytes(path))
        {
            while (true)
            {
                var number = Sys.OpenAt(Sys.AtFdCwd, at, flags | OpenFlags.CloseOnExec, mode);
                if (number >= 0)
                {
                    return new Fd(number, name ?? path);
                }

                if (Marshal.GetLastPInvokeError() != Errno.Interrupted)
                {
                    return null;
                }
            }
        }
    }

    /// <summary>The path as the kernel wants it, with a NUL at the end.</summary>
    /// <exception cref="LinuxException">It has a NUL in it already: the kernel would take the part in front for the whole.</exception>
    internal static byte[] PathBytes(string path) =>
        path.Contains('\0') ? throw new LinuxException("open", RawText.Printable(path), Errno.Invalid) : [.. RawText.Encode(path), 0];

    internal void Check(int result, string call)
    {
        if (result < 0)
        {
            LinuxException.Throw(call, Name);
        }
    }

    private unsafe void WaitOrThrow(string call, short events)
    {
        switch (Marshal.GetLastPInvokeError())
        {
            case Errno.Interrupted:
                break;
            case Errno.Again:
                // Somebody who shares the open file, ssh for one, has made it non-blocking.
                var one = new PollFd { Fd = _number, Events = events };
                _ = Sys.Poll(&one, 1, -1);
                break;
            default:
                LinuxException.Throw(call, Name);
                break;
        }
    }
}
