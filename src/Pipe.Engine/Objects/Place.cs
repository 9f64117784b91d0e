namespace Pipe.Engine;

/// <summary>On which side an object is, as messages call it.</summary>
internal static class Place
{
    public const string Local = "local";
    public const string Remote = "remote";
}
