using Pipe.Engine;
using Pipe.Protocol;

namespace Pipe.Archives;

/// <summary>A data migration system that can be asked for by name.</summary>
/// <param name="Name">As in -hsm.</param>
/// <param name="Programs">What must be there.</param>
/// <param name="Folders">Where it is installed as a rule.</param>
/// <param name="Make">
/// The profile, given the full names of the programs in that order and what was said after a colon: a pool, a target, an archive number, a script.
/// </param>
internal sealed record MigrationKind(string Name, string[] Programs, string[] Folders, Func<string[], string, MigrationProfile> Make)
{
    /// <summary>What the word after the colon is, if there must be one.</summary>
    public string Needs { get; init; } = "";

    /// <summary>Names of its programs that are not found.</summary>
    public IEnumerable<string> Missing(ProgramSearch search) => Programs.Where(program => search.Find(program, Folders) is null);

    public MigrationProfile Profile(ProgramSearch search, string argument) => Needs.Length > 0 && argument.Length == 0
        ? throw new Failure(ExitCode.Usage, $"data migration with {Name}: no {Needs}", $"name it: {OptionWord.Hsm} {Name}:{Needs.ToUpperInvariant()}")
        : Missing(search).FirstOrDefault() is { } missing
            ? throw new Failure(ExitCode.Command, $"data migration with {Name}: {missing} is not installed here", $"{OptionWord.Hsm} SYSTEM names another system")
            : Make([.. Programs.Select(program => search.Find(program, Folders)!)], argument);
}
