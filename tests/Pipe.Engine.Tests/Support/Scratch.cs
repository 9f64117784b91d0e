namespace Pipe.Engine.Tests;

/// <summary>A temporary directory for one test.</summary>
internal sealed class Scratch : IDisposable
{
    public string Directory { get; } = System.IO.Directory.CreateTempSubdirectory("pipe-engine-tests-").FullName;

    public string this[string name] => Path.Combine(Directory, name);

    /// <summary>The names in the directory, including hidden ones.</summary>
    public string[] Names => [.. System.IO.Directory.GetFileSystemEntries(Directory).Select(path => Path.GetFileName(path)).Order()];

    public void Dispose()
    {
        try
        {
            System.IO.Directory.Delete(Directory, recursive: true);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // .NET cannot remove names that are not UTF-8, and directories may lack permissions.
            Listing.Shell("/", $"chmod -R u+rwX '{Directory}'; rm -rf '{Directory}'");
        }
    }
}
