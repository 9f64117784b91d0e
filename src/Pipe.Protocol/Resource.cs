namespace Pipe.Protocol;

/// <summary>The kind of object at one end of a copy. The numbers are on the wire.</summary>
internal enum ResourceKind : byte
{
    /// <summary>A file or block device: <see cref="Resource.Text"/> is its name, relative to <see cref="Resource.Directory"/> if that is set.</summary>
    File = 1,

    /// <summary>The input or output of a shell command: <see cref="Resource.Text"/>, run in <see cref="Resource.Directory"/> if that is set.</summary>
    Command = 2,

    /// <summary>As a source, empty; as a sink, discards everything.</summary>
    Null = 3,

    /// <summary>As a source, <see cref="Resource.Size"/> bytes of a known pattern; as a sink, a check that exactly this pattern arrives.</summary>
    Pattern = 4,

    /// <summary>
    /// Files and directories: <see cref="Resource.Names"/> below <see cref="Resource.Directory"/>. As a source the names may be patterns;
    /// as a sink there is exactly one, the target.
    /// </summary>
    Tree = 5,

    /// <summary>
    /// A stream stored as numbered fragments with a manifest: <see cref="Resource.Text"/> is its name, in the first of
    /// <see cref="Resource.Directories"/>; <see cref="Archiving"/> has the rest.
    /// </summary>
    Archive = 6,

    /// <summary>As a source, the output of this program on the other host, called with <see cref="Resource.Names"/> as its arguments.</summary>
    Program = 7,

    /// <summary>
    /// A stream in numbered files: <see cref="Resource.Text"/> and _0, _1 and so on. As a sink, each has <see cref="Resource.Size"/> bytes, but for the
    /// last one.
    /// </summary>
    Pieces = 8,

    /// <summary>
    /// As a sink, a file or block device like <see cref="File"/>, or files like <see cref="Pieces"/> if there is a size, written through the shell
    /// command <see cref="Resource.Excluded"/>.
    /// </summary>
    Filtered = 9,

    /// <summary>Standard input or output of the local program. Never on the wire.</summary>
    Stdio = 255,
}

/// <summary>A remote or local object. Names are <see cref="RawText"/>; an empty directory means none is set.</summary>
internal readonly record struct Resource(
    ResourceKind Kind, string Directory, string Text, long Size, TreeFlags Flags = TreeFlags.None, string Excluded = "")
{
    private const char Separator = '\0';

    public static Resource Stdio { get; } = new(ResourceKind.Stdio, "", "", 0);

    public static Resource Null { get; } = new(ResourceKind.Null, "", "", 0);

    /// <summary>The names of a tree, or the arguments of a program.</summary>
    public string[] Names => Text.Split(Separator);

    /// <summary>The directories of an archive: the first has the manifest, and the next takes over when one is full.</summary>
    public string[] Directories => Directory.Split(Separator);

    /// <summary>Exclusion patterns of a tree.</summary>
    public string[] Excludes => Excluded.Split(Separator, StringSplitOptions.RemoveEmptyEntries);

    public static Resource File(string directory, string name) => new(ResourceKind.File, directory, name, 0);

    public static Resource Command(string directory, string text) => new(ResourceKind.Command, directory, text, 0);

    public static Resource Tree(string directory, IEnumerable<string> names, TreeFlags flags, IEnumerable<string> excludes) =>
        new(ResourceKind.Tree, directory, string.Join(Separator, names), 0, flags, string.Join(Separator, excludes));

    public static Resource Archive(IEnumerable<string> directories, string name) =>
        new(ResourceKind.Archive, string.Join(Separator, directories), name, 0);

    public static Resource Program(IEnumerable<string> words) => new(ResourceKind.Program, "", string.Join(Separator, words), 0);

    /// <param name="path">The path without the number.</param>
    /// <param name="size">Bytes of a file; 0 for a source.</param>
    public static Resource Pieces(string path, long size) => new(ResourceKind.Pieces, "", path, size);

    /// <param name="path">The file or block device.</param>
    /// <param name="command">A shell command that reads standard input and writes standard output.</param>
    /// <param name="size">Bytes of a numbered file; 0 for one file.</param>
    public static Resource Filtered(string path, string command, long size) => new(ResourceKind.Filtered, "", path, size, TreeFlags.None, command);

    /// <summary>This sink for the given source: with <see cref="TreeFlags.Contents"/> if a source name is or ends in "." or "..".</summary>
    public Resource WithContentsOf(Resource source) =>
        Kind == ResourceKind.Tree && source.Names.Any(name => name.TrimEnd('/') is "" or "." or ".." || name.TrimEnd('/') is var path && (path.EndsWith("/.", StringComparison.Ordinal) || path.EndsWith("/..", StringComparison.Ordinal)))
            ? this with { Flags = Flags | TreeFlags.Contents }
            : this;

    /// <summary>For a sink pass 0: the stream determines the size.</summary>
    public static Resource Pattern(long size) => new(ResourceKind.Pattern, "", "", size);
}
