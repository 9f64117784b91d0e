namespace Pipe.Linux;

/// <summary>The user ids of this process.</summary>
internal static class Ids
{
    public static uint EffectiveUser { get; } = Sys.EffectiveUser();
}
