using Pipe.CommandLine;
using Pipe.Engine;
using Pipe.Linux;
using Pipe.Protocol;

namespace Pipe;

/// <summary>
/// Reports in one line that this process has met one of its limits. The runtime cannot continue without a thread that it needs, and would end with a stack
/// trace.
/// </summary>
internal static class Shortage
{
    /// <summary>Threads of a copy at one end, those of the runtime included.</summary>
    private const int NeededThreads = 32;
    private const int StackSize = 256 * 1024;

    /// <summary>Files that a copy at one end opens.</summary>
    private const int NeededFiles = 20;

    private const string Hint = "ulimit -a shows what this program may use";

    /// <summary>Limits from which on there is no need to test.</summary>
    private const int PlentyOfFiles = 256;
    private const ulong PlentyOfThreads = 4096;
    private const ulong PlentyOfMemory = 4UL << 30;

    /// <summary>Ends the program with one line when a thread throws what nothing catches.</summary>
    public static void Watch(Messages messages)
    {
        ResourceLimits.IgnoreFileSizeSignal();
        AppDomain.CurrentDomain.UnhandledException += (_, e) =>
        {
            var code = messages.Report((Exception)e.ExceptionObject);
            Sys.ExitNow(messages.Status(code));
        };
    }

    /// <summary>If a limit is low, acquires as much as one end of a copy needs, to test whether the limit allows it.</summary>
    /// <exception cref="Failure">They do not.</exception>
    public static void Check()
    {
        CheckFiles();
        CheckThreads();
    }

    private static void CheckFiles()
    {
        if (ResourceLimits.OpenFiles >= PlentyOfFiles)
        {
            return;
        }

        var opened = new List<Fd>();
        try
        {
            while (opened.Count < NeededFiles)
            {
                opened.Add(Fd.Open("/dev/null", OpenFlags.ReadOnly));
            }
        }
        catch (LinuxException e) when (e.Errno == Errno.TooManyOpen)
        {
            throw new Failure(ExitCode.Objects, $"this program needs {NeededFiles} open files, and no more than {opened.Count} can be opened: {ResourceLimits.Described}", Hint);
        }
        finally
        {
            opened.ForEach(static file => file.Dispose());
        }
    }

    private static void CheckThreads()
    {
        if ((ResourceLimits.Threads ?? ulong.MaxValue) >= PlentyOfThreads && (ResourceLimits.Memory ?? ulong.MaxValue) >= PlentyOfMemory)
        {
            return;
        }

        using var done = new ManualResetEventSlim();
        var threads = new List<Thread>();
        try
        {
            for (var i = 0; i < NeededThreads; i++)
            {
                var thread = new Thread(done.Wait, StackSize) { IsBackground = true };
                thread.Start();
                threads.Add(thread);
            }
        }
        catch (OutOfMemoryException)
        {
            throw new Failure(ExitCode.Objects, $"this program needs {NeededThreads} threads, and no more than {threads.Count} can be made: {ResourceLimits.Described}", Hint);
        }
        finally
        {
            done.Set();
            threads.ForEach(static thread => thread.Join());
        }
    }
}
