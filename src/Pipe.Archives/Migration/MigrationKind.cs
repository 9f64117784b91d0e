using Pipe.Engine;
using Pipe.Protocol;

namespace Pipe.Archives;

/// <summary>A data migration system that the user can choose by name.</summary>
/// <param name="Name">The name for -hsm.</param>
/// <param name="Programs">The required programs.</param>
/// <param name="Folders">Their usual directories.</param>
/// <param name="Make">Makes the profile from the full paths of the programs in that order and the word after a colon: a pool, a target, an archive
/// number, a script.</param>
internal sealed record MigrationKind(string Name, string[] Programs, string[] Folders, Func<string[], string, MigrationProfile> Make)
{
    /// <summary>The meaning of the word after the colon, if there must be one.</summary>
    public string Needs { get; init; } = "";

    /// <summary>The names of required programs that are not found.</summary>
    public IEnumerable<string> Missing(ProgramSearch search) => Programs.Where(program => search.Find(program, Folders) is null);

    public MigrationProfile Profile(ProgramSearch search, string argument) => Needs.Length > 0 && argument.Length == 0
        ? throw new Failure(ExitCode.Usage, $"data migration with {Name}: no {Needs}", $"name it: {OptionWord.Hsm} {Name}:{Needs.ToUpperInvariant()}")
        : Missing(search).FirstOrDefault() is { } missing
            ? throw new Failure(ExitCode.Command, $"data migration with {Name}: {missing} is not installed here", $"{OptionWord.Hsm} SYSTEM names another system")
            : Make([.. Programs.Select(program => search.Find(program, Folders)!)], argument);
}
