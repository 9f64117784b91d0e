using System.Diagnostics.CodeAnalysis;

namespace Pipe.Protocol;

/// <summary>The peer violated the protocol. The message is for the user.</summary>
internal sealed class ProtocolException(string message) : Exception(message)
{
    [DoesNotReturn]
    public static void Throw(string message) => throw new ProtocolException(message);
}
