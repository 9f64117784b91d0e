using Pipe.CommandLine;
using Pipe.Engine;
using Renci.SshNet;
using Renci.SshNet.Security;

namespace Pipe.Ssh;

/// <summary>The keys for the login, in ssh's order: the keys of the agent, then the key files.</summary>
internal sealed class Identities : IPrivateKeySource
{
    private static readonly string[] Usual = ["id_rsa", "id_ecdsa", "id_ed25519"];
    private readonly List<HostAlgorithm> _keys = [];

    /// <param name="target">Names the agent and the files.</param>
    /// <param name="prompt">Asks for passphrases; null without a terminal.</param>
    /// <param name="messages">Prints a warning for each key that cannot be used.</param>
    public Identities(Target target, Prompt? prompt, Messages messages)
    {
        var agent = target.AgentSocket is { } socket ? Agent.TryOpen(socket) : null;
        var held = agent?.Keys().Where(KeyName.IsStrong).ToList() ?? [];
        string[] paths = [.. target.NamesIdentityFiles ? target.IdentityFiles : Usual.Select(static name => $"{UserFolders.Home}/.ssh/{name}")];
        List<byte[]> named = [.. paths.Select(PublicKey.BesideOf).Concat(paths.Select(PublicKey.Of)).OfType<byte[]>()];
        foreach (var key in held.OrderBy(key => named.Exists(one => IsSame(one, key)) ? 0 : 1))
        {
            if (target.Settings.IdentitiesOnly is not true || named.Exists(one => IsSame(one, key)))
            {
                _keys.Add(new AgentKey(agent!, key));
            }
        }

        foreach (var path in paths)
        {
            Add(path, target.NamesIdentityFiles, prompt, messages);
        }
    }

    public IReadOnlyCollection<HostAlgorithm> HostKeyAlgorithms => _keys;

    private static bool IsSame(byte[] one, byte[] other) => one.AsSpan().SequenceEqual(other);

    /// <summary>Adds a key, or prints a warning if it cannot be used: another key may succeed.</summary>
    private void Add(string path, bool isNamed, Prompt? prompt, Messages messages)
    {
        try
        {
            if (PrivateKey.Of(path, prompt) is { } key)
            {
                if (!_keys.Exists(one => IsSame(one.Data, key.Data)))
                {
                    _keys.Add(key);
                }
            }
            else if (isNamed && PublicKey.BesideOf(path) is null)
            {
                messages.Warning($"{path}: no such file or directory");
            }
        }
        catch (Failure failure)
        {
            // A file with only a public key selects a key of the agent.
            if (PublicKey.Of(path) is null)
            {
                messages.Warning(failure.Message);
            }
        }
    }
}
