using Pipe.Engine;
using Pipe.Protocol;

namespace Pipe.CommandLine;

/// <summary>The draft of a program whose operands are [HOST:]PATH.</summary>
/// <param name="program">The name of the program.</param>
/// <param name="nameOf">The program's own name for an <see cref="OptionWord"/>.</param>
internal abstract class LocationDraft(string program, Func<string, string> nameOf) : TransferDraft(program)
{
    /// <summary>A plan for an object at a location and a local one.</summary>
    /// <exception cref="Failure">The options do not fit the location.</exception>
    protected Plan PlanFor(Location location, Direction direction, Resource there, Resource here) =>
        PlanFor(direction, RemoteAt(location), there, here);

    /// <summary>Whether the command line only ends the kept login of a host: <c>keep-login end</c>, and the only operand is HOST:.</summary>
    public bool IsEndOnly(IReadOnlyList<string> operands) => Given.Keep?.Seconds == Remote.EndOfKeeping && operands is [var one] && Location.Parse(one).IsRemote;

    /// <summary>A plan that only identifies the kept login to end.</summary>
    public Plan ToEnd(Location host) => PlanFor(host, Direction.Read, Resource.Null, Resource.Null);

    /// <summary>The remote end for a local object is a child process.</summary>
    private Remote RemoteAt(Location location)
    {
        CheckReach(location);
        var isHere = !location.IsRemote && UsesSsh;
        var host = location.IsRemote && location.Host.Length == 0 && Shell == Remote.Local ? Remote.Local : location.Host;
        return RemoteAt(host, location.User, isHere ? Remote.Local : Shell, keeps: location.IsRemote && Shell.Length == 0);
    }

    private void CheckReach(Location location)
    {
        CheckKeeping(nameOf(OptionWord.KeepLogin), nameOf(OptionWord.Launch));
        if (location.IsRemote && location.Host.Length == 0 && UsesSsh)
        {
            throw UsageError("the host name is empty", "write HOST:PATH; a local name that contains a colon is written ./NAME");
        }

        if (location.User.Length > 0 && Shell.Contains(CommandLauncher.HostPlace, StringComparison.Ordinal))
        {
            throw UsageError($"{location.User}@{location.Host}: with {CommandLauncher.HostPlace} in {nameOf(OptionWord.Launch)} there is no place for the user", "write the user into the command");
        }

        if (SshPort == 0 && SshOptions.Count == 0 && SshConfig.Length == 0 && Given.Keep is null or { Seconds: 0 })
        {
            return;
        }

        string[] words = [OptionWord.SshPort, OptionWord.SshOption, OptionWord.SshConfig, OptionWord.KeepLogin];
        var names = words.Select(nameOf).ToArray();
        if (!UsesSsh)
        {
            throw NotForLaunch(names, nameOf(OptionWord.Launch));
        }

        if (!location.IsRemote)
        {
            throw UsageError($"{Listed(names)} are for ssh, and no host is named");
        }
    }
}
