namespace Pipe.Archives;

/// <summary>The index of a stream cannot continue. Never leaves <see cref="MemberWalker"/>.</summary>
internal sealed class IndexException(string reason) : Exception(reason);
