namespace Pipe.Protocol.Tests;

/// <summary>Where the sources are, for tests that compare text with code.</summary>
internal static class Repository
{
    public static string Root { get; } = Find();

    public static string PathOf(string name) => Path.Combine(Root, name);

    private static string Find()
    {
        for (var at = new DirectoryInfo(AppContext.BaseDirectory); at is not null; at = at.Parent)
        {
            if (File.Exists(Path.Combine(at.FullName, "Pipe.sln")))
            {
                return at.FullName;
            }
        }

        throw new InvalidOperationException("the tests must run below the directory of Pipe.sln");
    }
}
