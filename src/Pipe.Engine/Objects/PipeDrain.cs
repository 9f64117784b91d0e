using Pipe.Linux;

namespace Pipe.Engine;

/// <summary>Waits until the reader of a pipe has taken all that was written into it.</summary>
internal static class PipeDrain
{
    private const int LongestPauseMilliseconds = 20;

    /// <returns>False if the reader has gone, or the wait was ended, with bytes left over.</returns>
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
