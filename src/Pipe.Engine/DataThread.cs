namespace Pipe.Engine;

/// <summary>Starts threads that move blocks with blocking calls. They are background threads and do not keep the program alive.</summary>
internal static class DataThread
{
    private const int StackSize = 256 * 1024;

    public static Thread Start(string name, ThreadStart work)
    {
        var thread = new Thread(work, StackSize) { IsBackground = true, Name = name };
        thread.Start();
        return thread;
    }
}
