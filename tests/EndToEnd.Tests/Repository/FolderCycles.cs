namespace EndToEnd.Tests.Repository;

/// <summary>
/// The cycles of references that lead through a folder. In each folder the nodes are its subfolders, each with all that is below it,
/// and its files. Files of one folder may refer to each other as they like.
/// </summary>
internal sealed class FolderCycles
{
    private const int MostFiles = 5;
    private readonly string _folder;
    private readonly ILookup<(string From, string To), Use> _arrows;
    private readonly Dictionary<string, HashSet<string>> _reached;

    private FolderCycles(string folder, IEnumerable<Use> uses)
    {
        _folder = folder;
        _arrows = uses
            .Where(use => IsBelow(use.File) && IsBelow(use.Declaration) && NodeOf(use.File) != NodeOf(use.Declaration))
            .ToLookup(use => (NodeOf(use.File), NodeOf(use.Declaration)));
        _reached = _arrows.Select(arrow => arrow.Key.From).Distinct().ToDictionary(node => node, Reach);
    }

    /// <summary>A line for each arrow of a cycle: the nodes and the files that make it, the arrow with the fewest files first.</summary>
    /// <param name="root">The folder of a project.</param>
    /// <param name="uses">Of any files.</param>
    public static IEnumerable<string> In(string root, IReadOnlyCollection<Use> uses) =>
        from folder in uses.SelectMany(use => FoldersOf(use.File)).Distinct().Order()
        where folder == root || folder.StartsWith($"{root}/", StringComparison.Ordinal)
        from line in new FolderCycles(folder, uses).Lines()
        select line;

    private IEnumerable<string> Lines() =>
        from arrow in _arrows
        where IsInCycle(arrow.Key.From, arrow.Key.To)
        let files = arrow.Select(use => $"{Path.GetFileName(use.File)} uses {use.Type}").Order().ToList()
        orderby files.Count, arrow.Key.From
        select $"{_folder}: {arrow.Key.From} -> {arrow.Key.To}: {string.Join(", ", files.Take(MostFiles))}{(files.Count > MostFiles ? $" and {files.Count - MostFiles} more" : "")}";

    private bool IsInCycle(string from, string to) =>
        Reaches(to, from) && _reached.Keys.Any(node => !node.EndsWith(".cs", StringComparison.Ordinal) && Reaches(from, node) && Reaches(node, from));

    private bool Reaches(string from, string to) => _reached.TryGetValue(from, out var all) && all.Contains(to);

    private HashSet<string> Reach(string start)
    {
        var reached = new HashSet<string>();
        var open = new Stack<string>([start]);
        while (open.TryPop(out var node))
        {
            foreach (var next in _arrows.Select(arrow => arrow.Key).Where(arrow => arrow.From == node && reached.Add(arrow.To)))
            {
                open.Push(next.To);
            }
        }

        return reached;
    }

    private bool IsBelow(string file) => file.StartsWith($"{_folder}/", StringComparison.Ordinal);

    private string NodeOf(string file) => file[(_folder.Length + 1)..].Split('/')[0];

    private static IEnumerable<string> FoldersOf(string file)
    {
        for (var folder = Path.GetDirectoryName(file); !string.IsNullOrEmpty(folder); folder = Path.GetDirectoryName(folder))
        {
            yield return folder;
        }
    }
}
