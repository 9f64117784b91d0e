using Pipe.Linux;
using Pipe.Protocol;

namespace Pipe.Engine;

/// <summary>Sends the ranges that a file already has to the sender, over one control channel, from its own thread.</summary>
internal static class RangesRun
{
    /// <param name="kept">The ranges; null if there are none.</param>
    /// <param name="control">The channel to the sender.</param>
    /// <param name="failed">Called if the file cannot be read.</param>
    public static void Start(KeptPieces? kept, ControlChannel control, Action<Exception> failed) => DataThread.Start("ranges", () =>
    {
        for (var offset = 0L; ;)
        {
            HaveRanges? next;
            try
            {
                next = kept is null ? new HaveRanges(Defaults.Block, 0, 0, []) : kept.Next(offset);
            }
            catch (IOException e)
            {
                failed(Failure.Of(e));
                return;
            }

            if (next is not { } ranges)
            {
                return;
            }

            try
            {
                control.Send(ranges);
            }
            catch (LinuxException)
            {
                // The channel is broken; its reader reports that, and all ranges are sent again over the next channel.
                return;
            }

            if (ranges.Length == 0)
            {
                return;
            }

            offset = ranges.End;
        }
    });
}
