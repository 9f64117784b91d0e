namespace Pipe.Archives;

/// <summary>Why the index of a stream cannot go on. It never leaves <see cref="MemberWalker"/>.</summary>
internal sealed class IndexException(string reason) : Exception(reason);
