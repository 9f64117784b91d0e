namespace Pipe.Engine.Tests.Lanes;

/// <summary>When a link gets more data connections, and when not.</summary>
public sealed class LaneScalingTests
{
    private const long Second = 1_000_000;
    private readonly LaneScaling _widening = new(lanes: 2, most: 32);
    private long _now = Second;
    private long _acknowledged;
    private long _busy;
    private long _held;

    [Fact]
    public void A_short_link_gets_no_more_however_much_its_buffers_hold_it_up()
    {
        for (var i = 0; i < 100; i++)
        {
            Assert.False(Pass(roundTrip: 1999, rate: 1 << 30, held: 1.0));
        }

        Assert.Equal(2, _widening.Lanes);
        Assert.Equal(0, _widening.Reach);
        Assert.True(_widening.IsShort);
    }

    [Fact]
    public void A_link_is_not_short_that_is_long_or_not_measured()
    {
        Assert.False(_widening.IsShort);
        Pass(roundTrip: 0, rate: 0, held: 0);
        Assert.False(_widening.IsShort);
        Pass(roundTrip: 2000, rate: 1 << 20, held: 0);
        Assert.False(_widening.IsShort);
    }

    [Fact]
    public void A_kernel_that_tells_nothing_changes_nothing()
    {
        Assert.False(Pass(roundTrip: 0, rate: 0, held: 0));
        Assert.False(Pass(roundTrip: 0, rate: 0, held: 0));
    }

    [Fact]
    public void A_very_long_link_gets_eight_at_once()
    {
        Assert.True(Pass(roundTrip: 20_000, rate: 0, held: 0));
        Assert.Equal(8, _widening.Lanes);
    }

    [Fact]
    public void While_buffers_hold_it_up_and_more_lanes_bring_more_their_number_doubles()
    {
        Assert.False(Pass(roundTrip: 10_000, rate: 1 << 20, held: 1.0));
        Assert.True(Pass(roundTrip: 10_000, rate: 1 << 20, held: 0.6));
        Assert.Equal(4, _widening.Lanes);
        Assert.True(Pass(roundTrip: 10_000, rate: 2 << 20, held: 0.6));
        Assert.Equal(8, _widening.Lanes);
    }

    [Fact]
    public void When_the_last_ones_brought_nothing_there_are_never_more()
    {
        Assert.False(Pass(roundTrip: 10_000, rate: 100 << 20, held: 1.0));
        Assert.True(Pass(roundTrip: 10_000, rate: 100 << 20, held: 1.0));
        Assert.False(Pass(roundTrip: 10_000, rate: 109 << 20, held: 1.0));
        Assert.False(Pass(roundTrip: 10_000, rate: 500 << 20, held: 1.0));
        Assert.Equal(4, _widening.Lanes);
    }

    [Fact]
    public void Never_more_than_agreed_on()
    {
        var rate = 1L << 20;
        for (var i = 0; i < 20; i++, rate *= 2)
        {
            Pass(roundTrip: 10_000, rate, held: 1.0);
        }

        Assert.Equal(32, _widening.Lanes);
    }

    [Fact]
    public void A_fixed_number_stays_fixed()
    {
        var widening = new LaneScaling(lanes: 3, most: 3);
        Assert.False(widening.Judge(Measures(3, roundTrip: 100_000), _now));
        Advance(rate: 1 << 30, held: 1.0);
        Assert.False(widening.Judge(Measures(3, roundTrip: 100_000), _now));
        Assert.Equal(3, widening.Lanes);
    }

    [Fact]
    public void A_link_that_is_full_or_lossy_gets_no_more()
    {
        Assert.False(Pass(roundTrip: 10_000, rate: 1 << 20, held: 1.0));
        Assert.False(Pass(roundTrip: 10_000, rate: 1 << 20, held: 1.0, queued: 10_000));
        Assert.False(Pass(roundTrip: 10_000, rate: 1 << 20, held: 0.4));
        Assert.Equal(2, _widening.Lanes);
    }

    [Fact]
    public void New_ones_get_time_to_find_their_speed()
    {
        Assert.True(Pass(roundTrip: 100_000, rate: 1 << 20, held: 1.0));
        Advance(rate: 1 << 20, held: 1.0, time: 799_000);
        Assert.False(_widening.Judge(Measures(8, roundTrip: 100_000), _now));
        Advance(rate: 1 << 20, held: 1.0, time: 1000);
        Assert.True(_widening.Judge(Measures(8, roundTrip: 100_000), _now));
    }

    [Fact]
    public void Lanes_that_are_still_to_come_are_waited_for()
    {
        Assert.True(Pass(roundTrip: 100_000, rate: 1 << 20, held: 1.0));
        Advance(rate: 1 << 20, held: 1.0);
        Assert.False(_widening.Judge(Measures(7, roundTrip: 100_000), _now));
    }

    [Fact]
    public void A_lost_lane_and_its_counts_confuse_nobody()
    {
        Pass(roundTrip: 10_000, rate: 100 << 20, held: 1.0);
        _acknowledged = 0;
        Assert.False(Pass(roundTrip: 10_000, rate: 1 << 20, held: 1.0));
        Assert.Equal(0, _widening.Reach);
    }

    [Fact]
    public void What_is_kept_on_its_way_is_twice_what_the_link_holds_and_what_lanes_hold_back_and_never_shrinks()
    {
        Pass(roundTrip: 100_000, rate: 50_000_000, held: 0);
        Pass(roundTrip: 100_000, rate: 50_000_000, held: 0);
        Assert.Equal(10_000_000 + (8 * 4 << 20), _widening.Reach);
        Pass(roundTrip: 100_000, rate: 1_000_000, held: 0);
        Assert.Equal(10_000_000 + (8 * 4 << 20), _widening.Reach);
    }

    /// <summary>A second passes at that rate; then the sender looks.</summary>
    private bool Pass(long roundTrip, long rate, double held, long queued = 0)
    {
        Advance(rate, held);
        return _widening.Judge(Measures(_widening.Lanes, roundTrip, queued), _now);
    }

    private void Advance(long rate, double held, long time = Second)
    {
        _now += time;
        _acknowledged += rate * time / Second;
        _busy += time;
        _held += (long)(held * time);
    }

    /// <summary>All that was counted, with the first lane; the others have the round trip alone.</summary>
    private List<LaneMeasure> Measures(int lanes, long roundTrip, long queued = 0)
    {
        var idle = new LaneMeasure(roundTrip, roundTrip + queued, 0, 0, 0);
        var first = idle with { Delivered = _acknowledged, Busy = _busy, BufferLimited = _held };
        return [first, .. Enumerable.Repeat(idle, lanes - 1)];
    }
}
