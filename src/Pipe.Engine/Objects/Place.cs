namespace Pipe.Engine;

/// <summary>The side of an object, as named in messages.</summary>
internal static class Place
{
    public const string Local = "local";
    public const string Remote = "remote";
}
