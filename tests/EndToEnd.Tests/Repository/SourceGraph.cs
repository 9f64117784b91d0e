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

    private readonly CSharpCompilation _compilation;

    /// <param name="sources">All files: what they share is bound as if they were one program.</param>
    public SourceGraph(IEnumerable<SourceFile> sources)
    {
        var framework = Path.GetDirectoryName(typeof(object).Assembly.Location)!;
        _compilation = CSharpCompilation.Create(
            "sources",
            sources.Append(new SourceFile("", ImplicitUsings)).AsParallel().Select(source => CSharpSyntaxTree.ParseText(source.Text, path: source.Path)),
            Directory.EnumerateFiles(framework, "System*.dll").Select(assembly => MetadataReference.CreateFromFile(assembly)),
            new CSharpCompilationOptions(OutputKind.ConsoleApplication, allowUnsafe: true));
    }

    public IReadOnlySet<Use> Uses() => _compilation.SyntaxTrees.AsParallel().SelectMany(UsesIn).ToHashSet();

    private IEnumerable<Use> UsesIn(SyntaxTree tree)
    {
        var model = _compilation.GetSemanticModel(tree);
        return
            from name in tree.GetRoot().DescendantNodes().OfType<SimpleNameSyntax>()
            let type = TypeOf(model.GetSymbolInfo(name))
            where type is not null
            from declaration in type.DeclaringSyntaxReferences
            where declaration.SyntaxTree != tree
            select new Use(tree.FilePath, declaration.SyntaxTree.FilePath, type.Name);
    }

    /// <summary>The type that is named, or the one whose member is.</summary>
    private static INamedTypeSymbol? TypeOf(SymbolInfo info)
    {
        var symbol = info.Symbol ?? info.CandidateSymbols.FirstOrDefault();
        return (symbol as INamedTypeSymbol ?? symbol?.ContainingType)?.OriginalDefinition;
    }
}

/// <param name="Path">Below the root of the checkout.</param>
/// <param name="Text">All of it.</param>
internal readonly record struct SourceFile(string Path, string Text);

/// <summary>A file uses a type that another file declares.</summary>
internal readonly record struct Use(string File, string Declaration, string Type);
