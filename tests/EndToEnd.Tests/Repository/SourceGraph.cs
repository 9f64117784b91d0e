using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace EndToEnd.Tests.Repository;

/// <summary>Which source file uses a type that another one declares, by the names as the compiler binds them. Comments do not count.</summary>
internal sealed class SourceGraph
{
    private const string ImplicitUsings = """
        global using System; global using System.Collections.Generic; global using System.IO; global using System.Linq;
        global using System.Threading; global using System.Threading.Tasks;
        """;

    private static readonly Lazy<SourceGraph> OfProduct = new(static () => new SourceGraph(
        from file in Checkout.Files()
        where IsProduct(file) && file.EndsWith(".cs", StringComparison.Ordinal)
        select new SourceFile(file, Checkout.Text(file))));

    private readonly CSharpCompilation _compilation;
    private readonly Lazy<(Use[] Uses, ISymbol[] Members)> _bound;

    /// <param name="sources">All files: what they share is bound as if they were one program.</param>
    public SourceGraph(IEnumerable<SourceFile> sources)
    {
        var framework = Path.GetDirectoryName(typeof(object).Assembly.Location)!;
        _compilation = CSharpCompilation.Create(
            "sources",
            sources.Append(new SourceFile("", ImplicitUsings)).AsParallel().Select(source => CSharpSyntaxTree.ParseText(source.Text, path: source.Path)),
            Directory.EnumerateFiles(framework, "System*.dll").Select(assembly => MetadataReference.CreateFromFile(assembly)),
            new CSharpCompilationOptions(OutputKind.ConsoleApplication, allowUnsafe: true));
        _bound = new Lazy<(Use[], ISymbol[])>(Bind);
    }

    /// <summary>The sources of the programs. Binding them takes seconds, so it is done once for all tests.</summary>
    public static SourceGraph Product => OfProduct.Value;

    public static bool IsProduct(string file) => file.StartsWith("src/", StringComparison.Ordinal) || file.StartsWith("frontends/", StringComparison.Ordinal);

    public IReadOnlySet<Use> Uses() => _bound.Value.Uses.ToHashSet();

    /// <summary>The members of interfaces that no source calls through the interface.</summary>
    public IReadOnlyList<string> UncalledMembers()
    {
        var called = _bound.Value.Members.ToHashSet(SymbolEqualityComparer.Default);
        return [.. _compilation.GetSymbolsWithName(static _ => true, SymbolFilter.Type).OfType<INamedTypeSymbol>()
            .Where(static type => type.TypeKind == TypeKind.Interface)
            .SelectMany(static type => type.GetMembers())
            .Where(static member => member is IMethodSymbol { MethodKind: MethodKind.Ordinary } or IPropertySymbol { IsIndexer: false } or IEventSymbol)
            .Where(member => !called.Contains(member))
            .Select(static member => $"{member.ContainingType.Name}.{member.Name}")];
    }

    private (Use[] Uses, ISymbol[] Members) Bind()
    {
        var bound = _compilation.SyntaxTrees.AsParallel().Select(tree => (Tree: tree, Symbols: SymbolsIn(tree))).ToArray();
        return (
            [.. bound.SelectMany(static one => UsesIn(one.Tree, one.Symbols))],
            [.. bound.SelectMany(static one => one.Symbols).Where(static symbol => symbol.ContainingType is { TypeKind: TypeKind.Interface })]);
    }

    /// <summary>The definitions that the names of a file are bound to.</summary>
    private ISymbol[] SymbolsIn(SyntaxTree tree)
    {
        var model = _compilation.GetSemanticModel(tree);
        return [..
            from name in tree.GetRoot().DescendantNodes().OfType<SimpleNameSyntax>()
            let info = model.GetSymbolInfo(name)
            let symbol = info.Symbol ?? info.CandidateSymbols.FirstOrDefault()
            where symbol is not null
            select symbol.OriginalDefinition];
    }

    /// <summary>The types of other files that are named, or whose members are.</summary>
    private static IEnumerable<Use> UsesIn(SyntaxTree tree, IEnumerable<ISymbol> symbols) =>
        from symbol in symbols
        let type = (symbol as INamedTypeSymbol ?? symbol.ContainingType)?.OriginalDefinition
        where type is not null
        from declaration in type.DeclaringSyntaxReferences
        where declaration.SyntaxTree != tree
        select new Use(tree.FilePath, declaration.SyntaxTree.FilePath, type.Name);
}

/// <param name="Path">Below the root of the checkout.</param>
/// <param name="Text">All of it.</param>
internal readonly record struct SourceFile(string Path, string Text);

/// <summary>A file uses a type that another file declares.</summary>
internal readonly record struct Use(string File, string Declaration, string Type);
