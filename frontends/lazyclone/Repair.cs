using Pipe.CommandLine;
using Pipe.Engine;
using Pipe.Linux;
using Pipe.Protocol;

namespace Pipe.Lazyclone;

/// <summary>Repairs the metadata of a stopped clone: regions of damaged sectors become unhydrated.</summary>
internal static class Repair
{
    public static void Run(string path, Messages messages)
    {
        try
        {
            using var fd = Fd.Open(path, OpenFlags.ReadWrite);
            if (!fd.TryLockWithRetry())
            {
                throw new Failure(ExitCode.Objects, $"{path}: a lazyclone serves this clone");
            }

            using var disk = new FileDisk(fd);
            var metadata = new CloneMetadata(disk);
            if (!metadata.TryOpen())
            {
                throw new Failure(ExitCode.Integrity, $"{path}: both copies of the superblock are damaged", "--force begins the clone anew");
            }

            var damaged = 0L;
            var hydrated = metadata.Read(_ => damaged++);
            if (damaged > 0)
            {
                metadata.Repair(hydrated);
            }

            messages.Note(0, $"{path}: {damaged} damaged sectors{(damaged > 0 ? $": up to {damaged * BitmapSector.Regions} regions come from the source again" : "")}");
        }
        catch (IOException e)
        {
            throw Failure.Of(e);
        }
    }
}
