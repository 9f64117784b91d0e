namespace Pipe.Archives.Tests;

internal static class MemberNames
{
    /// <summary>Without leading <c>./</c> and trailing slashes.</summary>
    public static string Plain(string name) => (name.StartsWith("./", StringComparison.Ordinal) ? name[2..] : name).TrimEnd('/');
}
