namespace Pipe.Protocol;

/// <summary>What one end of a copy is. The numbers are on the wire.</summary>
internal enum ResourceKind : byte
{
    /// <summary>A file or block device: <see cref="Resource.Text"/> is its name, below <see cref="Resource.Directory"/> if that is given.</summary>
    File = 1,

    /// <summary>The input or output of a shell command: <see cref="Resource.Text"/>, run in <see cref="Resource.Directory"/> if that is given.</summary>
    Command = 2,

    /// <summary>As a source, nothing; as a sink, everything is dropped.</summary>
    Null = 3,

    /// <summary>As a source, <see cref="Resource.Size"/> known bytes; as a sink, a check that just these bytes arrive.</summary>
    Pattern = 4,

    /// <summary>
    /// Files and directories: <see cref="Resource.Names"/> below <see cref="Resource.Directory"/>. As a source they may be patterns;
    /// as a sink there is one, the target.
    /// </summary>
    Tree = 5,

    /// <summary>
    /// A stream that is kept as numbered fragments with a manifest: <see cref="Resource.Text"/> is its name, in the first of
    /// <see cref="Resource.Directories"/>; what else there is to say stands in <see cref="Archiving"/>.
    /// </summary>
    Archive = 6,

    /// <summary>As a source, what this very program prints on the other host when it is called with <see cref="Resource.Names"/>.</summary>
    Program = 7,

    /// <summary>Standard input or output of the local program. Never on the wire.</summary>
    Stdio = 255,
}

/// <summary>A remote or local object. Names are <see cref="RawText"/>; an empty directory means none was given.</summary>
internal readonly record struct Resource(
    ResourceKind Kind, string Directory, string Text, long Size, TreeFlags Flags = TreeFlags.None, string Excluded = "")
{
    private const char Separator = '\0';

    public static Resource Stdio { get; } = new(ResourceKind.Stdio, "", "", 0);

    public static Resource Null { get; } = new(ResourceKind.Null, "", "", 0);

    /// <summary>The names of a tree, the words of a program.</summary>
    public string[] Names => Text.Split(Separator);

    /// <summary>Where the fragments of an archive go, the next when one is full; the manifest is in the first.</summary>
    public string[] Directories => Directory.Split(Separator);

    /// <summary>Patterns of what is left out of a tree.</summary>
    public string[] Excludes => Excluded.Split(Separator, StringSplitOptions.RemoveEmptyEntries);

    public static Resource File(string directory, string name) => new(ResourceKind.File, directory, name, 0);

    public static Resource Command(string directory, string text) => new(ResourceKind.Command, directory, text, 0);

    public static Resource Tree(string directory, IEnumerable<string> names, TreeFlags flags, IEnumerable<string> excludes) =>
        new(ResourceKind.Tree, directory, string.Join(Separator, names), 0, flags, string.Join(Separator, excludes));

    public static Resource Archive(IEnumerable<string> directories, string name) =>
        new(ResourceKind.Archive, string.Join(Separator, directories), name, 0);

    public static Resource Program(IEnumerable<string> words) => new(ResourceKind.Program, "", string.Join(Separator, words), 0);

    /// <summary>As the sink of that source: whether it gets a directory, or what is in one.</summary>
    public Resource WithContentsOf(Resource source) =>
        Kind == ResourceKind.Tree && source.Names.Any(name => name.TrimEnd('/') is "" or "." || name.TrimEnd('/').EndsWith("/.", StringComparison.Ordinal))
            ? this with { Flags = Flags | TreeFlags.Contents }
            : this;

    /// <summary>As a sink the size is that of the stream: pass 0.</summary>
    public static Resource Pattern(long size) => new(ResourceKind.Pattern, "", "", size);
}
