using Pipe.Engine;
using Pipe.Linux;
using Pipe.Protocol;

namespace Pipe.Nbd;

/// <summary>Answers reads that may block or are too large to buffer.</summary>
internal sealed class ReadHandler(Clone clone, BufferPool pool, ReplyWriter replies, bool isStructured)
{
    private readonly Action<Slab, long, int> _read = (slab, offset, length) => clone.Read(slab, 0, length, offset);

    public void Answer(in NbdRequest request)
    {
        var slab = pool.Rent(request.Length);
        try
        {
            if (request.Length <= slab.Capacity)
            {
                ReadWhole(request, slab);
            }
            else if (isStructured && !request.Flags.Has(NbdCommandFlags.DontFragment))
            {
                ReadParts(request, slab);
            }
            else
            {
                ReadLong(request, slab);
            }
        }
        finally
        {
            slab.Return();
        }
    }

    private void ReadWhole(in NbdRequest request, Slab slab)
    {
        try
        {
            clone.Read(slab, 0, (int)request.Length, (long)request.Offset);
        }
        catch (IOException e)
        {
            replies.Send(request, ErrorNumber.Of(e));
            return;
        }

        replies.Send(request, slab, (long)request.Offset, (int)request.Length, isLast: true);
    }

    private void ReadParts(in NbdRequest request, Slab slab)
    {
        for (var done = 0L; done < request.Length; done += slab.Capacity)
        {
            var part = (int)Math.Min(slab.Capacity, request.Length - done);
            var offset = (long)request.Offset + done;
            try
            {
                clone.Read(slab, 0, part, offset);
            }
            catch (IOException e)
            {
                replies.Send(request, ErrorNumber.Of(e));
                return;
            }

            replies.Send(request, slab, offset, part, isLast: done + part == request.Length);
        }
    }

    /// <summary>Answers a long read in one piece. Hydrates the whole range first, because the reply can no longer report an error once its header is sent.</summary>
    private void ReadLong(in NbdRequest request, Slab slab)
    {
        try
        {
            for (var done = 0L; done < request.Length; done += slab.Capacity)
            {
                clone.Read(slab, 0, (int)Math.Min(slab.Capacity, request.Length - done), (long)request.Offset + done);
            }
        }
        catch (IOException e)
        {
            replies.Send(request, ErrorNumber.Of(e));
            return;
        }

        if (isStructured)
        {
            replies.SendLongChunk(request, slab, _read);
        }
        else
        {
            replies.SendLong(request, slab, _read);
        }
    }
}
