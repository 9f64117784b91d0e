namespace Pipe.Engine;

/// <summary>The value of <c>keep-login</c>: seconds, with the suffix <c>,own</c> to keep a spare server over a login of the user's own too.</summary>
internal static class LoginKeeping
{
    private const string OverUsers = ",own";

    /// <summary>The part before the suffix.</summary>
    public static string SecondsOf(string value) => IsOverUsers(value) ? value[..^OverUsers.Length] : value;

    public static bool IsOverUsers(string value) => value.EndsWith(OverUsers, StringComparison.Ordinal);

    public static string Print(string seconds, bool isOverUsers) => isOverUsers ? seconds + OverUsers : seconds;
}
