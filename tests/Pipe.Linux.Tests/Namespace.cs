using System.Runtime.InteropServices;

namespace Pipe.Linux.Tests;

/// <summary>A network of its own for the length of a test, which goes with the thread that it runs on. Needs root.</summary>
internal static partial class Namespace
{
    private const int NewNetwork = 0x40000000;

    public static void Run(Action test)
    {
        Exception? thrown = null;
        var thread = new Thread(() =>
        {
            try
            {
                Assert.Equal(0, Unshare(NewNetwork));
                test();
            }
            catch (Exception e)
            {
                thrown = e;
            }
        });
        thread.Start();
        thread.Join();
        if (thrown is not null)
        {
            System.Runtime.ExceptionServices.ExceptionDispatchInfo.Throw(thrown);
        }
    }

    /// <summary>A command in the network of this thread.</summary>
    public static void Shell(string command)
    {
        var (status, said) = Tests.Shell.Run(command);
        Assert.True(status == 0, said);
    }

    [LibraryImport("libc.so.6", EntryPoint = "unshare", SetLastError = true)]
    private static partial int Unshare(int flags);
}
