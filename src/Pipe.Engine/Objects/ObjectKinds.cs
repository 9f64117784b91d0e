using Pipe.Protocol;

namespace Pipe.Engine;

/// <summary>The kinds of objects that a program can open: those of <see cref="PlainObjects"/>, and the ones it registers.</summary>
/// <param name="registered">What opens the objects of a kind; comes before the plain ones.</param>
internal sealed class ObjectKinds(params (ResourceKind Kind, IObjectKind Opener)[] registered)
{
    /// <exception cref="Failure">There are no such objects in this program.</exception>
    public IObjectKind Of(ResourceKind kind) =>
        registered.FirstOrDefault(one => one.Kind == kind).Opener
        ?? (PlainObjects.Includes(kind) ? PlainObjects.Instance : throw new Failure(ExitCode.Usage, $"this program cannot open an object of the kind {kind}"));
}
