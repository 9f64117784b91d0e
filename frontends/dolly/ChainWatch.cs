using Pipe.CommandLine;
using Pipe.Engine;

namespace Pipe.Dolly;

/// <summary>Passes the events of the chain on to the rows of its nodes.</summary>
internal sealed class ChainWatch(IReadOnlyList<NodeProgress> nodes, Messages messages) : IChainObserver
{
    private const string Head = "the head";

    public void Changed(ChainNodeStatus node) => nodes[node.Position].Take(node, node.Parent switch
    {
        ChainNodeStatus.Head => Head,
        ChainNodeStatus.NoParent => "",
        var parent => nodes[parent].Name,
    });

    public void Note(int level, string text) => messages.Note(level, text);
}
