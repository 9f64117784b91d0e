namespace Pipe.Engine;

/// <summary>The value of <c>keep-login</c>: seconds, and <c>,own</c> behind them to have a server wait over a login of the user's own too.</summary>
internal static class LoginKeeping
{
    private const string OverUsers = ",own";

    /// <summary>What stands before the word.</summary>
    public static string SecondsOf(string value) => IsOverUsers(value) ? value[..^OverUsers.Length] : value;

    public static bool IsOverUsers(string value) => value.EndsWith(OverUsers, StringComparison.Ordinal);

    public static string Print(string seconds, bool isOverUsers) => isOverUsers ? seconds + OverUsers : seconds;
}
