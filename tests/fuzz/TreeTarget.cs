using Pipe.Engine;
using Pipe.Linux;
using Pipe.Protocol;

namespace Pipe.Fuzz;

/// <summary>Spoilt blocks of trees are unpacked by two threads: beside the target everything stays as it was, and no temporary file is left.</summary>
internal sealed class TreeTarget(Corpus corpus) : ITarget
{
    private const long LargestSize = 1 << 20;

    public string Name => "trees";

    public int AtOnce => 1;

    public void Play(Random random, Log log)
    {
        var scratch = Directory.CreateTempSubdirectory("pipe-fuzz-tree-").FullName;
        try
        {
            var target = Directory.CreateDirectory(Path.Combine(scratch, "target")).FullName;
            File.WriteAllText(Path.Combine(scratch, "secret"), "secret");
            File.CreateSymbolicLink(Path.Combine(target, "out"), "..");
            var before = Describe(scratch);
            Unpack(target, random, log);
            if (Describe(scratch) != before)
            {
                throw new Finding($"beside the target: {before} has become {Describe(scratch)}");
            }

            Check(target);
        }
        finally
        {
            Remove(scratch);
        }
    }

    private void Unpack(string target, Random random, Log log)
    {
        // Without Delete and devices: those harm this machine only if something is wrong, but then for good.
        var flags = TreeFlags.Recurse | (TreeFlags)random.Next((int)TreeFlags.Known + 1) & ~(TreeFlags.Delete | TreeFlags.Compare);
        var blocks = Enumerable.Range(0, random.Next(1, 12)).Select(_ => Block(random)).Where(IsSmall).ToList();
        log.Add($"flags {flags}: {string.Join(' ', blocks.Select(Convert.ToHexString))}");
        using var sink = new TreeSink(Resource.Tree("", [target], flags, []), null, new Tally(), _ => { }, _ => { });
        var half = blocks.Count / 2;
        var isGood = true;
        Exception? found = null;
        var other = new Thread(() => Write(blocks[half..]));
        other.Start();
        Write(blocks[..half]);
        other.Join();
        if (found is not null)
        {
            throw new Finding("it threw what it must not", found);
        }

        Take(() =>
        {
            if (isGood)
            {
                sink.Commit(0);
            }
        });

        void Write(List<byte[]> mine) => mine.ForEach(block => Take(() => sink.Write(block, 0)));

        void Take(Action work)
        {
            try
            {
                work();
            }
            catch (Exception e) when (e is ProtocolException or Failure)
            {
                isGood = false;
            }
            catch (Exception e)
            {
                found = e;
            }
        }
    }

    private byte[] Block(Random random)
    {
        byte[] block = [.. corpus.AnyTree(random).Bytes, .. corpus.AnyTree(random).Bytes];
        return random.Next(3) == 0 ? block : Mutator.Mutate(block, random, corpus);
    }

    /// <summary>Neither a file that fills the disk, nor the device of one.</summary>
    private static bool IsSmall(byte[] block)
    {
        try
        {
            for (ReadOnlySpan<byte> rest = block; !rest.IsEmpty;)
            {
                var entry = TreeEntry.Read(ref rest);
                if (entry.Kind is EntryKind.BlockDevice or EntryKind.CharacterDevice || (entry.Kind == EntryKind.File && entry.Size > LargestSize))
                {
                    return false;
                }
            }
        }
        catch (ProtocolException)
        {
            // That is for the sink to see.
        }

        return true;
    }

    /// <summary>Names that are not UTF-8 are beyond .NET.</summary>
    private static void Remove(string scratch)
    {
        using (var folder = Folder.Open(scratch))
        {
            using var deletion = new Deletion(folder.Name, "", null, _ => { }, _ => { }, _ => { });
            deletion.Run(folder, _ => true);
        }

        Directory.Delete(scratch);
    }

    private static string Describe(string scratch) =>
        string.Join(", ", Directory.GetFileSystemEntries(scratch).Order(StringComparer.Ordinal).Select(path => $"{Path.GetFileName(path)} {FileStatus.OfName(path)?.Mode & 0xF000:x}"))
        + $" {File.ReadAllText(Path.Combine(scratch, "secret"))} {FileStatus.Of(Path.Combine(scratch, "secret"))?.Mode:x}";

    private static void Check(string target)
    {
        using var folder = Folder.Open(target);
        using var reader = new FolderReader(folder);
        while (reader.TryNext(out var name, out _))
        {
            if (name.StartsWith(".pipe-", StringComparison.Ordinal))
            {
                throw new Finding($"{name} is left over");
            }
        }
    }
}
