using Pipe.Engine;
using Pipe.Protocol;

namespace Pipe.Nbd;

/// <summary>A metadata context, in which clients can request the block status of the export.</summary>
/// <param name="Id">The context ID on the wire.</param>
/// <param name="Name">The name, NAMESPACE:LEAF.</param>
internal sealed record MetaContext(uint Id, string Name)
{
    /// <summary>The context that tells data from holes.</summary>
    public const string Allocation = "base:allocation";

    public static MetaContext[] All { get; } = [new(1, Allocation), new(2, "qemu:allocation-depth"), new(3, "x-lazyclone:hydrated")];

    /// <summary>Returns the contexts that match a list query. A query without a leaf matches the whole namespace.</summary>
    public static IEnumerable<MetaContext> Listed(string query) =>
        All.Where(context => context.Name == query || (query.EndsWith(':') && context.Name.StartsWith(query, StringComparison.Ordinal)));

    public static MetaContext? Named(string name) => Array.Find(All, context => context.Name == name);

    /// <summary>Returns the status of the clone at an offset in this context, and where it changes.</summary>
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
