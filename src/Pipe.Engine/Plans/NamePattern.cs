using System.Text;

namespace Pipe.Engine;

/// <summary>Names of a tree's source are patterns. A backslash takes the meaning of the character behind it away.</summary>
internal static class NamePattern
{
    /// <summary>The pattern that means just this name.</summary>
    public static string Literal(string name) =>
        string.Concat((name.StartsWith('~') ? "./" + name : name).Select(static c => c is '*' or '?' or '[' or '\\' ? $"\\{c}" : $"{c}"));

    /// <summary>The name that a pattern without any special character means.</summary>
    public static string Plain(string pattern)
    {
        var name = new StringBuilder();
        for (var i = 0; i < pattern.Length; i++)
        {
            name.Append(pattern[i] == '\\' && i + 1 < pattern.Length ? pattern[++i] : pattern[i]);
        }

        return name.ToString();
    }
}
