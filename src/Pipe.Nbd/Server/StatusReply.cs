using System.Buffers.Binary;
using Pipe.Engine;
using Pipe.Protocol;

namespace Pipe.Nbd;

/// <summary>Answers block status requests with one chunk for each context, extents in ascending order. Not thread-safe.</summary>
internal sealed class StatusReply(Clone clone, ReplyWriter replies, List<MetaContext> contexts)
{
    private readonly byte[] _payload = contexts.Count > 0 ? new byte[sizeof(uint) + NbdLimits.Extents * NbdExtent.Size] : [];

    /// <summary>Whether the client has selected contexts.</summary>
    public bool IsPossible => contexts.Count > 0;

    public void Answer(in NbdRequest request)
    {
        for (var i = 0; i < contexts.Count; i++)
        {
            BinaryPrimitives.WriteUInt32BigEndian(_payload, contexts[i].Id);
            int count;
            try
            {
                count = Fill(contexts[i], request);
            }
            catch (IOException e)
            {
                replies.Send(request, ErrorNumber.Of(e));
                return;
            }

            replies.Send(request, NbdChunkType.BlockStatus, isLast: i == contexts.Count - 1, _payload.AsSpan(0, sizeof(uint) + count * NbdExtent.Size));
        }
    }

    /// <summary>Fills in the extents. Merges adjacent ranges of the same status.</summary>
    private int Fill(MetaContext context, in NbdRequest request)
    {
        var most = request.Flags.Has(NbdCommandFlags.OneExtent) ? 1 : NbdLimits.Extents;
        var (offset, end) = ((long)request.Offset, (long)request.Offset + request.Length);
        var (start, state, count) = (offset, context.StateOf(clone, offset, end, out var until), 0);
        while (until < end && count < most - 1)
        {
            var next = context.StateOf(clone, until, end, out var nextUntil);
            if (next != state)
            {
                Write(count++, until - start, state);
                (start, state) = (until, next);
            }

            until = nextUntil;
        }

        Write(count++, until - start, state);
        return count;
    }

    private void Write(int index, long length, uint state) =>
        new NbdExtent((uint)length, state).Write(_payload.AsSpan(sizeof(uint) + index * NbdExtent.Size));
}
