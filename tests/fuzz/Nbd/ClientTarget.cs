using Pipe.Nbd;
using Pipe.Protocol;

namespace Pipe.Fuzz.Nbd;

/// <summary>The NBD client against a server that violates the protocol: it fails as for a broken connection, with bounded memory.</summary>
internal sealed class ClientTarget : ITarget
{
    private static readonly NbdUri Uri = NbdUri.Parse("nbd://fuzz/");

    public string Name => "nbd-client";

    public int AtOnce => 1;

    public void Play(Random random, Log log)
    {
        const long allocatedAtMost = 4 << 20;
        var before = GC.GetAllocatedBytesForCurrentThread();
        try
        {
            using var client = NbdClient.OpenForStatus(new MemoryChannel(Script(random, log), random.Next()), Uri, null);
            for (var i = 0; client is not null && i < 3; i++)
            {
                client.ReadStatus(i << 20, 1 << 20, static (_, _, _) => { });
            }

            client?.Read(new byte[100], 0);
        }
        catch (IOException)
        {
            // A broken connection.
        }
        catch (ProtocolException)
        {
            // A server that does not keep to the protocol.
        }

        var allocated = GC.GetAllocatedBytesForCurrentThread() - before;
        if (allocated > allocatedAtMost)
        {
            throw new Finding($"{allocated} bytes allocated for a server");
        }
    }

    private static byte[] Script(Random random, Log log)
    {
        var script = new List<byte>();
        var greeting = new byte[NbdGreeting.Size];
        new NbdGreeting((NbdHandshakeFlags)random.Next(4)).Write(greeting);
        Add(script, greeting, random, log);
        Add(script, Reply(NbdOption.StructuredReply, NbdOptionReplyType.Ack, []), random, log);
        Add(script, Reply(NbdOption.SetMetaContext, NbdOptionReplyType.MetaContext, [0, 0, 0, 9, .. "base:allocation"u8]), random, log);
        Add(script, Reply(NbdOption.SetMetaContext, NbdOptionReplyType.Ack, []), random, log);
        var info = new byte[sizeof(ushort) + NbdExportInfo.Size];
        new NbdExportInfo(random.NextInt64(), (NbdExportFlags)random.Next(1 << 12)).Write(info.AsSpan(sizeof(ushort)));
        Add(script, Reply(NbdOption.Go, random.Next(6) == 0 ? NbdOptionReplyType.Unknown : NbdOptionReplyType.Info, info), random, log);
        Add(script, Reply(NbdOption.Go, NbdOptionReplyType.Ack, []), random, log);
        for (var chunk = 0; chunk < 4; chunk++)
        {
            var extents = random.Next(30);
            var payload = new byte[sizeof(uint) + extents * NbdExtent.Size];
            payload[3] = 9;
            for (var i = 0; i < extents; i++)
            {
                new NbdExtent((uint)random.Next(random.Next(4) == 0 ? int.MaxValue : 65536), (uint)random.Next(4)).Write(payload.AsSpan(sizeof(uint) + i * NbdExtent.Size));
            }

            var header = new byte[NbdChunk.Size];
            new NbdChunk(random.Next(6) == 0 ? NbdChunkType.Error : NbdChunkType.BlockStatus, random.Next(4) > 0, 0, (uint)payload.Length).Write(header);
            Add(script, [.. header, .. payload], random, log);
        }

        return [.. script];
    }

    private static void Add(List<byte> script, byte[] bytes, Random random, Log log)
    {
        var said = random.Next(8) == 0 ? Mutator.FlipBit(bytes, random) : bytes;
        log.Add(Convert.ToHexString(said));
        script.AddRange(said);
    }

    private static byte[] Reply(NbdOption option, NbdOptionReplyType type, byte[] data)
    {
        var bytes = new byte[NbdOptionReply.Size + data.Length];
        new NbdOptionReply(option, type, (uint)data.Length).Write(bytes);
        data.CopyTo(bytes, NbdOptionReply.Size);
        return bytes;
    }
}
