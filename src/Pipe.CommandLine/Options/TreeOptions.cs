using Pipe.Engine;
using Pipe.Protocol;

namespace Pipe.CommandLine;

/// <summary>The values of <see cref="TreeOptions"/>.</summary>
internal interface ITreeDraft
{
    TreeFlags Flags { get; set; }

    List<string> Excludes { get; }

    TreeAction TreeAction { get; set; }
}

/// <summary>The options of the programs that copy files and trees with the command line of scp.</summary>
internal static class TreeOptions
{
    public const string What = "What to copy";

    public static IEnumerable<Option<TDraft>> Of<TDraft>()
        where TDraft : ITreeDraft =>
    [
        Tree<TDraft>("-r", "", TreeFlags.Recurse, "copy directories recursively"),
        Tree<TDraft>("-p", "", TreeFlags.Keep, "keep modification times and permissions"),
        Tree<TDraft>("-a", "", TreeFlags.All | TreeFlags.Recurse | TreeFlags.Keep, "-rp, and owners, attributes, links, holes, devices"),
        Tree<TDraft>("-Z", "--resume", TreeFlags.Resume, "send only data that the target lacks, by its digest"),
        Tree<TDraft>("--quick", "", TreeFlags.Resume | TreeFlags.Quick, "-Z, but compare size and time only"),
        new("--exclude", "PATTERN", What, "leave out matching names; may be repeated", static (d, a) => d.Excludes.Add(OptionValue.Text("--exclude", a))),
        Tree<TDraft>("--one-file-system", "", TreeFlags.OneFileSystem, "do not enter other file systems"),
        Tree<TDraft>("--delete", "", TreeFlags.Delete, "remove from the target what the source lacks"),
        new("--verify", "", What, "compare both sides by digests, write nothing", static (d, _) => d.TreeAction = TreeAction.Verify),
        new("--dry-run", "", What, "show what would be done; write nothing", static (d, _) => d.TreeAction = TreeAction.DryRun),
    ];

    /// <exception cref="Failure">An option lacks another one that it requires.</exception>
    public static void Check(ITreeDraft draft)
    {
        if (draft.Flags.HasFlag(TreeFlags.Delete) && !draft.Flags.HasFlag(TreeFlags.Recurse))
        {
            throw new Failure(ExitCode.Usage, "--delete needs -r or -a", "it removes files that the source directories lack");
        }
    }

    private static Option<TDraft> Tree<TDraft>(string name, string word, TreeFlags flags, string help)
        where TDraft : ITreeDraft => new(name, "", What, help, (d, _) => d.Flags |= flags) { Word = word };
}
