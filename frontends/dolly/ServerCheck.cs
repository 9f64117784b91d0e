using Pipe.Engine;
using Pipe.Protocol;

namespace Pipe.Dolly;

/// <summary>With -s, checks that this host is the server that the configuration names, as dolly does.</summary>
internal static class ServerCheck
{
    /// <exception cref="Failure">It is not.</exception>
    public static void Check(ChainInvocation invocation)
    {
        if (invocation.Draft is not { IsServer: true, IsAnyServer: false } || invocation.Configuration.Server.Length == 0)
        {
            return;
        }

        Check(invocation.Configuration, OwnName.All(Environment.GetEnvironmentVariable, Environment.MachineName));
    }

    internal static void Check(Configuration config, IReadOnlyList<string> names)
    {
        if (!names.Any(name => OwnName.IsSame(config.Server, name, config.IsHyphenNormal)))
        {
            throw new Failure(
                ExitCode.Usage,
                "Commandline parameter -s and config-file disagree on server!",
                $"this host is {string.Join(", ", names)}, the server of the configuration is {config.Server}; -S sends from here all the same");
        }
    }
}
