namespace Pipe.Engine;

/// <summary>The limits by which a chain is controlled; <see cref="ChainTerms"/> explains them.</summary>
internal sealed record ChainPolicy
{
    public int Fanout { get; init; } = 1;

    public TimeSpan StartLimit { get; init; } = TimeSpan.FromSeconds(30);

    public TimeSpan StallLimit { get; init; } = TimeSpan.FromSeconds(3);

    public TimeSpan IdleLimit { get; init; }

    public int SlowPercent { get; init; } = 10;

    public TimeSpan SlowAfter { get; init; } = TimeSpan.FromSeconds(10);

    public static ChainPolicy Of(ChainTerms terms) => new()
    {
        Fanout = terms.Fanout,
        StartLimit = terms.StartLimit,
        StallLimit = terms.StallLimit,
        IdleLimit = terms.IdleLimit,
        SlowPercent = terms.SlowPercent,
        SlowAfter = terms.SlowAfter,
    };
}
