using System.Text;
using Renci.SshNet;
using Renci.SshNet.Common;

namespace Pipe.Ssh;

/// <summary>The method "password". Prompts only when the server accepts a password.</summary>
/// <param name="target">The host.</param>
/// <param name="prompt">Asks the user.</param>
internal sealed class PasswordLogin(Target target, Prompt prompt) : AuthenticationMethod(target.User)
{
    public override string Name => "password";

    /// <exception cref="Engine.Failure">The user gives no answer, or the password has expired.</exception>
    public override AuthenticationResult Authenticate(Session session) => Attempts.Repeat(target, () =>
    {
        var password = Encoding.UTF8.GetBytes(prompt.Ask($"{target.User}@{target.Host}'s password: ", isShown: false));
        using var method = new PasswordAuthenticationMethod(target.User, password);
        method.PasswordExpired += (_, _) => throw new SshAuthenticationException("the password has expired; log in with OpenSSH's ssh to change it");
        var result = method.Authenticate(session);
        AllowedAuthentications = method.AllowedAuthentications;
        return result;
    });
}
