using System.Runtime.InteropServices;
using Pipe.Protocol;

namespace Pipe.Linux;

/// <summary>
/// A file descriptor: an open file, pipe, device or socket. The one place that handles short transfers, EINTR and EAGAIN.
/// Its creator closes it once no thread is inside a call on it.
/// </summary>
internal sealed class Fd(int number, string name) : IDisposable
{
    /// <summary>Capacity of a pipe that carries data. With the default of 64 KiB, every block costs a dozen context switches.</summary>
    public const int WidePipe = 1024 * 1024;

    /// <summary>See <see cref="ReadAtNow"/>.</summary>
    public const int CannotReadNow = -1;

    private int _number = number;

    public int Number => _number;

    /// <summary>The name for messages.</summary>
    public string Name { get; } = name;

    /// <summary>Reads up to buffer.Length bytes; 0 at end of file.</summary>
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

    /// <summary>For a non-blocking descriptor: writes as much as fits without waiting; 0 if nothing fits.</summary>
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

    /// <summary>Fills the buffer from that offset; returns fewer bytes only at end of file.</summary>
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

    /// <summary>Reads from that offset with one call; may return fewer bytes than there are. 0 at end of file.</summary>
    public unsafe int ReadSomeAt(Span<byte> buffer, long offset)
    {
        fixed (byte* at = buffer)
        {
            while (true)
            {
                var count = Sys.ReadAt(_number, at, (nuint)buffer.Length, offset);
                if (count >= 0)
                {
                    return (int)count;
                }

                WaitOrThrow("read", PollFd.In);
            }
        }
    }

    /// <summary>Like <see cref="ReadAt"/>, but reads only bytes that are in memory; returns their number, or <see cref="CannotReadNow"/> if the file system lacks such reads.</summary>
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

    /// <summary>Bytes buffered in a pipe; works on either end.</summary>
    public unsafe int BytesWaiting()
    {
        int count;
        Check(Sys.Ioctl(_number, Sys.IoctlBytesWaiting, &count), "ioctl");
        return count;
    }

    /// <summary>Requests a larger pipe; a refusal is ignored.</summary>
    public void WidenPipe(int bytes) => _ = Sys.Fcntl(_number, Sys.FcntlSetPipeSize, bytes);

    /// <summary>Returns itself; a pipe with less than <see cref="WidePipe"/> is enlarged first.</summary>
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

    /// <summary>Makes the bytes durable, with only the metadata needed to read them.</summary>
    public void SyncData() => Check(Sys.SyncData(_number), "fdatasync");

    /// <summary>Closes, and throws if that fails: some file systems report a full disk only at close.</summary>
    public void Close()
    {
        var number = Interlocked.Exchange(ref _number, -1);
        if (number >= 0 && Sys.Close(number) < 0 && Marshal.GetLastPInvokeError() != Errno.Interrupted)
        {
            LinuxException.Throw("close", Name);
        }
    }

    /// <summary>Closes and ignores errors: for files that were only read or will be discarded.</summary>
    public void Dispose()
    {
        var number = Interlocked.Exchange(ref _number, -1);
        if (number >= 0)
        {
            _ = Sys.Close(number);
        }
    }

    /// <summary>The same descriptor under another name for messages; this object gives it up.</summary>
    public Fd ShownAs(string shownAs) => new(Interlocked.Exchange(ref _number, -1), shownAs);

    /// <summary>Gives up the descriptor without closing it.</summary>
    public void Release() => Interlocked.Exchange(ref _number, -1);

    /// <summary>Opens the same file again with other flags, even if it has been renamed.</summary>
    /// <exception cref="LinuxException">It cannot be opened like that, or /proc is not mounted.</exception>
    public Fd Reopen(int flags) => Open(ProcessFile.PathOf(_number), flags, name: Name);

    /// <summary>Duplicates the descriptor, close-on-exec, to the lowest free number that is above 2 and at least <paramref name="from"/>.</summary>
    public Fd Duplicate(int from = 0)
    {
        // Low, because a number above 63 makes the kernel enlarge the descriptor table, which takes milliseconds in a threaded process.
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

    /// <summary>An anonymous file in memory, freed with its last descriptor.</summary>
    public static unsafe Fd Memory(string name)
    {
        fixed (byte* at = PathBytes(name))
        {
            var number = Sys.MemoryFile(at, Sys.MemoryFileCloseOnExec);
            return number >= 0 ? new Fd(number, name) : throw LinuxException.Last("memfd_create", name);
        }
    }

    /// <param name="path">The file to open.</param>
    /// <param name="flags">See <see cref="OpenFlags"/>; close-on-exec is always added.</param>
    /// <param name="mode">Permission bits if the call creates the file.</param>
    /// <param name="name">Name for messages; by default the path.</param>
    /// <exception cref="LinuxException"/>
    public static Fd Open(string path, int flags, uint mode = 0, string? name = null) =>
        TryOpen(path, flags, mode, name) ?? throw LinuxException.Last("open", name ?? path);

    /// <summary>Like <see cref="Open"/>, but returns null if the open fails, with errno set.</summary>
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

    /// <summary>The bytes of the path and a terminating NUL.</summary>
    /// <exception cref="LinuxException">The path contains a NUL, which would truncate it.</exception>
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
                // Another process that shares the open file, such as ssh, has made it non-blocking.
                var one = new PollFd { Fd = _number, Events = events };
                _ = Sys.Poll(&one, 1, -1);
                break;
            default:
                LinuxException.Throw(call, Name);
                break;
        }
    }
}
