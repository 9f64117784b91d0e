using Pipe.CommandLine;
using Renci.SshNet;

namespace Pipe.Ssh;

/// <summary>The methods of login, in order of preference.</summary>
internal static class Methods
{
    private static readonly string[] Usual = ["publickey", "keyboard-interactive", "password"];

    public static AuthenticationMethod[] For(Target target, Prompt? prompt, Messages messages)
    {
        List<AuthenticationMethod> methods = [];
        foreach (var name in target.Settings.Methods ?? Usual)
        {
            if (Named(name, target, prompt, messages) is { } method)
            {
                methods.Add(method);
            }
        }

        // The library requires at least one method, and always tries this one to get the server's list.
        return methods.Count > 0 ? [.. methods] : [new NoneAuthenticationMethod(target.User)];
    }

    private static AuthenticationMethod? Named(string name, Target target, Prompt? prompt, Messages messages)
    {
        var settings = target.Settings;
        return name switch
        {
            "publickey" when settings.TriesKeys is not false => Keys(target, prompt, messages),
            "keyboard-interactive" when settings.TriesInteractive is not false && prompt is not null => new InteractiveLogin(target, prompt),
            "password" when settings.TriesPassword is not false && prompt is not null => new PasswordLogin(target, prompt),
            _ => null,
        };
    }

    private static PrivateKeyAuthenticationMethod? Keys(Target target, Prompt? prompt, Messages messages)
    {
        var identities = new Identities(target, prompt, messages);
        return identities.HostKeyAlgorithms.Count == 0 ? null : new PrivateKeyAuthenticationMethod(target.User, identities);
    }
}
