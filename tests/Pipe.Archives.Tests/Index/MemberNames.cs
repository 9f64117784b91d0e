namespace Pipe.Archives.Tests;

internal static class MemberNames
{
    /// <summary>Without <c>./</c> in front and slashes behind.</summary>
    public static string Plain(string name) => (name.StartsWith("./", StringComparison.Ordinal) ? name[2..] : name).TrimEnd('/');
}
