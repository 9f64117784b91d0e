namespace Pipe.Linux.Tests;

/// <summary>A directory that is gone after the test.</summary>
internal sealed class Scratch : IDisposable
{
    public string Directory { get; } = System.IO.Directory.CreateTempSubdirectory("pipe-linux-").FullName;

    public string this[string name] => Path.Combine(Directory, name);

    public Fd Create(string name, ReadOnlySpan<byte> content = default)
    {
        var fd = Fd.Open(this[name], OpenFlags.ReadWrite | OpenFlags.Create | OpenFlags.Exclusive, 0x1A4);
        fd.WriteAllAt(content, 0);
        return fd;
    }

    public void Dispose()
    {
        try
        {
            System.IO.Directory.Delete(Directory, recursive: true);
        }
        catch (IOException)
        {
            // Names that are not UTF-8 are beyond .NET.
            Assert.Equal(0, Shell.Run($"rm -rf '{Directory}'").Status);
        }
    }
}
