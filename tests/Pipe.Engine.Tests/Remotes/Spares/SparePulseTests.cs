using Pipe.Protocol;

namespace Pipe.Engine.Tests.Remotes.Spares;

public sealed class SparePulseTests
{
    private const long Patience = Limits.SparePatienceSeconds * 1000L;
    private const long Interval = Limits.SparePingSeconds * 1000L;

    [Fact]
    public void It_is_pinged_at_once_and_then_at_intervals()
    {
        var pulse = new SparePulse(1000);
        Assert.True(pulse.TryPing(1000, out var first));
        Assert.False(pulse.TryPing(1000 + Interval - 1, out _));
        Assert.True(pulse.TryPing(1000 + Interval, out var second));
        Assert.NotEqual(first, second);
    }

    [Fact]
    public void While_it_starts_it_is_fit_for_as_long_as_after_an_answer()
    {
        var pulse = new SparePulse(1000);
        Assert.False(pulse.IsReady);
        Assert.True(pulse.IsFit(1000 + Patience));
        Assert.False(pulse.IsFit(1000 + Patience + 1));
    }

    /// <summary>The answer may have been on its way for long.</summary>
    [Fact]
    public void An_answer_counts_from_when_its_ping_was_sent()
    {
        var pulse = new SparePulse(0);
        Assert.True(pulse.TryPing(0, out _));
        Assert.True(pulse.TryPing(Interval, out var number));
        pulse.Answered(number);
        Assert.True(pulse.IsReady);
        Assert.True(pulse.IsFit(Interval + Patience));
        Assert.False(pulse.IsFit(Interval + Patience + 1));
    }

    [Fact]
    public void Answers_to_nothing_and_old_ones_prove_nothing()
    {
        var pulse = new SparePulse(0);
        Assert.True(pulse.TryPing(0, out var first));
        Assert.True(pulse.TryPing(Interval, out var second));
        pulse.Answered(second);
        pulse.Answered(first);
        pulse.Answered(first);
        pulse.Answered(second + 1);
        pulse.Answered(second);
        Assert.True(pulse.IsFit(Interval + Patience));
        Assert.False(pulse.IsFit(Interval + Patience + 1));
    }

    /// <summary>A thousand servers that answer late, or stop to: one is used only within the time after a ping that it has answered.</summary>
    [Fact]
    public void None_is_fit_longer_than_it_has_shown_to_live()
    {
        for (var seed = 0; seed < 1000; seed++)
        {
            var random = new Random(seed);
            var pulse = new SparePulse(0);
            var (answered, dies) = (0L, random.Next(60_000));
            var answers = new SortedDictionary<long, (ulong Number, long Sent)>();
            for (var now = 0L; now < 90_000; now += 100)
            {
                foreach (var (at, (number, sent)) in answers.Where(answer => answer.Key <= now).ToArray())
                {
                    pulse.Answered(number);
                    answered = Math.Max(answered, sent);
                    answers.Remove(at);
                }

                if (pulse.TryPing(now, out var next) && now < dies)
                {
                    answers[now + random.Next(15_000)] = (next, now);
                }

                Assert.Equal(now - answered <= Patience, pulse.IsFit(now));
            }
        }
    }
}
