using Pipe.Protocol;

namespace Pipe.Engine;

/// <summary>The names of <see cref="ConnectMode"/>, on command lines and in messages.</summary>
internal static class ConnectModeName
{
    /// <summary>In the order of the enum's values.</summary>
    public static string[] All { get; } = ["auto", "direct", "reverse", "ssh"];

    public static string Of(ConnectMode mode) => All[(int)mode];
}
