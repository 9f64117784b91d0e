namespace Pipe.Engine.Tests;

/// <summary>A directory of its own for one test.</summary>
internal sealed class Scratch : IDisposable
{
    public string Directory { get; } = System.IO.Directory.CreateTempSubdirectory("pipe-engine-tests-").FullName;

    public string this[string name] => Path.Combine(Directory, name);

    /// <summary>Names in it, hidden ones too.</summary>
    public string[] Names => [.. System.IO.Directory.GetFileSystemEntries(Directory).Select(path => Path.GetFileName(path)).Order()];

    public void Dispose()
    {
        try
        {
            System.IO.Directory.Delete(Directory, recursive: true);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // Names that are not UTF-8 are beyond .NET; directories may be closed to their owner.
            Listing.Shell("/", $"chmod -R u+rwX '{Directory}'; rm -rf '{Directory}'");
        }
    }
}
