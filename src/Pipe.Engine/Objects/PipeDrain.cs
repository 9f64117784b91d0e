using Pipe.Linux;

namespace Pipe.Engine;

/// <summary>Waits until the reader of a pipe has read everything that was written.</summary>
internal static class PipeDrain
{
    private const int LongestPauseMilliseconds = 20;

    /// <returns>False if the reader has gone, or the wait was cancelled, with bytes left unread.</returns>
    public static bool Await(Fd writeEnd, Wake wake)
    {
        for (var pause = 0; writeEnd.BytesWaiting() > 0; pause = Math.Min(pause + 1, LongestPauseMilliseconds))
        {
            if (wake.IsSignalled || Wake.IsBroken(writeEnd))
            {
                return false;
            }

            Thread.Sleep(pause);
        }

        return true;
    }
}
