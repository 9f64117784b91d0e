using Pipe.Protocol;

namespace Pipe.Engine.Tests;

public sealed class FlightTests
{
    [Fact]
    public void Parcels_come_out_in_the_order_in_which_they_went_in()
    {
        var flight = new Flight(8);
        Add(flight, 0, 1, 2);

        Assert.Equal([0UL, 1UL], TakeBelow(flight, 2));
        Assert.Equal([2UL], TakeBelow(flight, 3));
        Assert.Empty(TakeBelow(flight, 3));
    }

    [Fact]
    public void A_parcel_taken_out_of_the_middle_leaves_an_empty_place()
    {
        var flight = new Flight(8);
        Add(flight, 0, 1, 2);

        Assert.Equal(1UL, flight.Take(1)!.Value.Sequence);
        Assert.Null(flight.Take(1));
        Assert.Equal([0UL, null, 2UL], TakeBelow(flight, 3));
    }

    [Fact]
    public void A_parcel_that_is_acknowledged_or_was_never_sent_cannot_be_taken_out()
    {
        var flight = new Flight(8);
        Add(flight, 0, 1);
        TakeBelow(flight, 1);

        Assert.Null(flight.Take(0));
        Assert.Null(flight.Take(2));
        Assert.Null(flight.Take(ulong.MaxValue));
        Assert.NotNull(flight.Take(1));
    }

    [Fact]
    public void An_acknowledgement_of_more_than_was_sent_is_refused()
    {
        var flight = new Flight(8);
        Add(flight, 0);

        Assert.Throws<ProtocolException>(() => flight.TryTakeBelow(2, out _));
        Assert.Throws<ProtocolException>(() => flight.TryTakeBelow(ulong.MaxValue, out _));
    }

    [Fact]
    public void An_acknowledgement_that_comes_twice_does_nothing()
    {
        var flight = new Flight(8);
        Add(flight, 0, 1, 2);
        TakeBelow(flight, 2);

        Assert.Empty(TakeBelow(flight, 1));
        Assert.Empty(TakeBelow(flight, 0));
        Assert.Equal([2UL], TakeBelow(flight, 3));
    }

    [Fact(Timeout = Limit.Milliseconds)]
    public async Task A_full_one_holds_up_the_sender_until_something_is_acknowledged()
    {
        var flight = new Flight(2);
        Add(flight, 0, 1);
        var third = Limit.Of(() => flight.TryAdd(Parcel(2)));
        await Task.Delay(50);
        Assert.False(third.IsCompleted);

        TakeBelow(flight, 1);

        Assert.True(await third);
        Assert.Equal([1UL, 2UL], flight.TakeAll().Select(parcel => parcel.Sequence));
    }

    [Fact(Timeout = Limit.Milliseconds)]
    public async Task Closing_lets_a_sender_go_that_waits_for_room_and_takes_nothing_more()
    {
        var flight = new Flight(1);
        Add(flight, 0);
        var second = Limit.Of(() => flight.TryAdd(Parcel(1)));

        flight.Close();

        Assert.False(await second);
        Assert.False(flight.TryAdd(Parcel(1)));
        Assert.Equal([0UL], flight.TakeAll().Select(parcel => parcel.Sequence));
        Assert.Empty(flight.TakeAll());
    }

    [Fact(Timeout = Limit.Milliseconds)]
    public async Task A_parcel_that_is_still_being_sent_stays_however_early_it_is_acknowledged()
    {
        var flight = new Flight(4);
        Add(flight, 0);
        Assert.True(flight.TryAdd(Parcel(1)));
        var early = Limit.Of(() => TakeBelow(flight, 2));
        await Task.Delay(50);
        Assert.False(early.IsCompleted);

        flight.Sent();

        Assert.Equal([0UL, 1UL], await early);
    }

    [Fact(Timeout = Limit.Milliseconds)]
    public async Task A_parcel_that_is_still_being_sent_stays_however_early_it_is_called_damaged()
    {
        var flight = new Flight(4);
        Assert.True(flight.TryAdd(Parcel(0)));
        var early = Limit.Of(() => flight.Take(0));
        await Task.Delay(50);
        Assert.False(early.IsCompleted);

        flight.Sent();

        Assert.Equal(0UL, (await early)!.Value.Sequence);
    }

    [Fact(Timeout = Limit.Milliseconds)]
    public async Task A_lane_that_breaks_while_it_sends_keeps_its_last_parcel_for_another()
    {
        var flight = new Flight(4);
        Assert.True(flight.TryAdd(Parcel(0)));
        var early = Limit.Of(() => TakeBelow(flight, 1));

        flight.Close();

        Assert.Empty(await early);
        Assert.Equal([0UL], flight.TakeAll().Select(parcel => parcel.Sequence));
    }

    [Fact]
    public void What_a_lost_lane_carried_comes_back_without_what_left_early()
    {
        var flight = new Flight(4);
        Add(flight, 0, 1, 2, 3);
        TakeBelow(flight, 1);
        Add(flight, 4);
        flight.Take(2);

        Assert.Equal([1UL, 3UL, 4UL], flight.TakeAll().Select(parcel => parcel.Sequence));
    }

    private static Parcel Parcel(ulong sequence) => new(BlockType.Data, (long)sequence, 1, sequence, null, IsAgain: false);

    private static void Add(Flight flight, params ulong[] sequences)
    {
        foreach (var sequence in sequences)
        {
            Assert.True(flight.TryAdd(Parcel(sequence)));
            flight.Sent();
        }
    }

    private static List<ulong?> TakeBelow(Flight flight, ulong index)
    {
        var taken = new List<ulong?>();
        while (flight.TryTakeBelow(index, out var parcel))
        {
            taken.Add(parcel?.Sequence);
        }

        return taken;
    }
}
