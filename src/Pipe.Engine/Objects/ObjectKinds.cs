using Pipe.Protocol;

namespace Pipe.Engine;

/// <summary>The kinds of object that a program can open: those of <see cref="PlainObjects"/>, and those it registers.</summary>
/// <param name="registered">The registered kinds, which take precedence over the plain ones.</param>
internal sealed class ObjectKinds(params (ResourceKind Kind, IObjectKind Opener)[] registered)
{
    /// <exception cref="Failure">This program has no such kind of object.</exception>
    public IObjectKind Of(ResourceKind kind) =>
        registered.FirstOrDefault(one => one.Kind == kind).Opener
        ?? (PlainObjects.Includes(kind) ? PlainObjects.Instance : throw new Failure(ExitCode.Usage, $"this program cannot open an object of the kind {kind}"));
}
