using Renci.SshNet;

namespace Pipe.Ssh;

/// <summary>Repeats a login that failed, as often as ssh does.</summary>
internal static class Attempts
{
    private const int Usual = 3;

    public static AuthenticationResult Repeat(Target target, Func<AuthenticationResult> attempt)
    {
        var result = AuthenticationResult.Failure;
        for (var left = target.Settings.PasswordPrompts ?? Usual; left > 0 && result == AuthenticationResult.Failure; left--)
        {
            result = attempt();
        }

        return result;
    }
}
