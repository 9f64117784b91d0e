using Pipe.Engine;
using Pipe.Protocol;

namespace Pipe.Nbd;

/// <summary>A kind of map of the export that clients can ask for.</summary>
/// <param name="Id">On the wire, of one connection.</param>
/// <param name="Name">Namespace and leaf.</param>
internal sealed record MetaContext(uint Id, string Name)
{
    public static MetaContext[] All { get; } = [new(1, "base:allocation"), new(2, "qemu:allocation-depth"), new(3, "x-lazyclone:hydrated")];

    /// <summary>Those that a query of a list means; its leaf may be missing.</summary>
    public static IEnumerable<MetaContext> Listed(string query) =>
        All.Where(context => context.Name == query || (query.EndsWith(':') && context.Name.StartsWith(query, StringComparison.Ordinal)));

    public static MetaContext? Named(string name) => Array.Find(All, context => context.Name == name);

    /// <summary>The state of the clone at an offset, and where it ends.</summary>
    public uint StateOf(Clone clone, long offset, long end, out long until)
    {
        switch (Id)
        {
            case 1:
                return (uint)(clone.Describe(offset, end, out until).IsHole ? NbdAllocation.Hole | NbdAllocation.Zero : NbdAllocation.Data);
            case 2:
                return clone.IsHydratedUntil(offset, end, out until) ? 1U : 2U;
            default:
                return clone.IsHydratedUntil(offset, end, out until) ? 1U : 0U;
        }
    }
}
