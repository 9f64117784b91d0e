using Renci.SshNet;
using Renci.SshNet.Common;

namespace Pipe.Ssh;

/// <summary>The method "keyboard-interactive": the user answers the server's questions on the terminal.</summary>
/// <param name="target">The host.</param>
/// <param name="prompt">Asks the user.</param>
internal sealed class InteractiveLogin(Target target, Prompt prompt) : AuthenticationMethod(target.User)
{
    public override string Name => "keyboard-interactive";

    /// <exception cref="Engine.Failure">The user gives no answer.</exception>
    public override AuthenticationResult Authenticate(Session session) => Attempts.Repeat(target, () =>
    {
        using var method = new KeyboardInteractiveAuthenticationMethod(target.User);
        method.AuthenticationPrompt += Answer;
        var result = method.Authenticate(session);
        AllowedAuthentications = method.AllowedAuthentications;
        return result;
    });

    /// <summary>Like ssh, puts the user and the host before the server's text.</summary>
    private void Answer(object? sender, AuthenticationPromptEventArgs asked)
    {
        var instruction = asked.Instruction.Trim();
        foreach (var one in asked.Prompts)
        {
            one.Response = prompt.Ask($"({target.User}@{target.Host}) {(instruction.Length > 0 ? $"{instruction} " : "")}{one.Request}", one.IsEchoed);
            instruction = "";
        }
    }
}
