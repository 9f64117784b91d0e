namespace Pipe.Linux;

/// <summary>Whose rights this process has.</summary>
internal static class Ids
{
    public static uint EffectiveUser { get; } = Sys.EffectiveUser();
}
