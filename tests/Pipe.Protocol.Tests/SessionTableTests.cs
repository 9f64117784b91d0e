namespace Pipe.Protocol.Tests;

/// <summary>The prose of the page about the state tables; the tables themselves are compared in <see cref="PageTests"/>.</summary>
public class SessionTableTests
{
    private static readonly (Side Side, Role Role)[] Places =
        [(Side.Initiator, Role.Sender), (Side.Initiator, Role.Receiver), (Side.Responder, Role.Sender), (Side.Responder, Role.Receiver)];

    [Fact]
    public void Ping_and_unknown_messages_from_128_on_change_nothing() => ForAll((place, state) =>
    {
        for (var number = 128; number <= byte.MaxValue; number++)
        {
            Assert.Equal(state, Next(place, state, (MessageType)number));
        }
    });

    [Fact]
    public void Every_optional_message_is_of_use_to_a_side() => Assert.All(
        Enum.GetValues<MessageType>().Where(message => message >= MessageType.Ping),
        message => Assert.True(SessionTable.Concerns(Side.Initiator, message) || SessionTable.Concerns(Side.Responder, message)));

    [Fact]
    public void The_policy_for_datagrams_is_the_initiators() =>
        Assert.Equal((false, true), (SessionTable.Concerns(Side.Initiator, MessageType.DatagramPolicy), SessionTable.Concerns(Side.Responder, MessageType.DatagramPolicy)));

    [Fact]
    public void Abort_fails_the_session_in_every_state() =>
        ForAll((place, state) => Assert.Equal(SessionState.Failed, Next(place, state, MessageType.Abort)));

    [Fact]
    public void An_unknown_message_below_128_fails_the_session_in_every_state() => ForAll((place, state) =>
    {
        for (var number = 0; number < 128; number++)
        {
            if (!Enum.IsDefined((MessageType)number))
            {
                Assert.Equal(SessionState.Failed, Next(place, state, (MessageType)number));
            }
        }
    });

    [Fact]
    public void Nothing_leads_out_of_a_failure() => Assert.All(Places, place => Assert.All(
        Enum.GetValues<MessageType>(),
        message => Assert.Equal(SessionState.Failed, Next(place, SessionState.Failed, message))));

    [Fact]
    public void A_report_counts_only_for_a_sender_whose_blocks_travel() => ForAll((place, state) =>
    {
        var isDue = place.Role == Role.Sender && state == SessionState.Moving;
        Assert.Equal(isDue ? SessionState.Done : SessionState.Failed, Next(place, state, MessageType.Report));
    });

    [Fact]
    public void An_end_comes_once() => ForAll((place, _) =>
        Assert.Equal(SessionState.Failed, Next(place, Next(place, SessionState.Moving, MessageType.End), MessageType.End)));

    [Fact]
    public void A_copy_there_goes_through_its_states()
    {
        Walk((Side.Initiator, Role.Sender), [MessageType.Hello, MessageType.Listening, MessageType.Accept, MessageType.Ack, MessageType.Ping, MessageType.Report], SessionState.Done);
        Walk((Side.Responder, Role.Receiver), [MessageType.Hello, MessageType.Offer, MessageType.Block, MessageType.End, MessageType.Block], SessionState.Completing);
    }

    [Fact]
    public void A_copy_from_there_goes_through_its_states()
    {
        Walk((Side.Responder, Role.Sender), [MessageType.Hello, MessageType.Offer, MessageType.Ack, MessageType.Report], SessionState.Done);
        Walk((Side.Initiator, Role.Receiver), [MessageType.Hello, MessageType.Listening, MessageType.Accept, MessageType.Block, MessageType.Widen, MessageType.End], SessionState.Completing);
    }

    [Fact]
    public void A_lost_channel_is_followed_by_a_greeting_and_a_resumption_and_nothing_else() => Assert.All(Places, place => Assert.All(
        Enum.GetValues<MessageType>().Where(message => message < MessageType.Ping),
        message => Assert.Equal(
            message switch
            {
                MessageType.Hello => SessionState.Lost,
                MessageType.Resume when place.Side == Side.Responder => SessionState.Moving,
                MessageType.Resumed when place.Side == Side.Initiator => SessionState.Moving,
                _ => SessionState.Failed,
            },
            Next(place, SessionState.Lost, message))));

    [Fact]
    public void Blocks_and_acknowledgements_go_to_one_role_each_once_both_sides_have_agreed_and_until_the_verdict() => ForAll((place, state) =>
    {
        var takesBlocks = place.Role == Role.Receiver && (state is SessionState.Moving or SessionState.Completing);
        Assert.Equal(takesBlocks ? state : SessionState.Failed, Next(place, state, MessageType.Block));
        var takesAcks = place.Role == Role.Sender && state == SessionState.Moving;
        Assert.Equal(takesAcks ? state : SessionState.Failed, Next(place, state, MessageType.Ack));
    });

    [Fact]
    public void A_chain_goes_through_its_states()
    {
        Walk((Side.Initiator, Role.Head), [MessageType.Hello, MessageType.Listening, MessageType.Accept, MessageType.Held, MessageType.Unfed, MessageType.Report, MessageType.Held, MessageType.Unfed], SessionState.Completing);
        Walk((Side.Responder, Role.Node), [MessageType.Hello, MessageType.Offer, MessageType.Draw, MessageType.Feed, MessageType.Held, MessageType.End, MessageType.Draw, MessageType.Feed, MessageType.Unfeed, MessageType.Bye], SessionState.Done);
        Assert.Equal(SessionState.Failed, Next((Side.Responder, Role.Node), SessionState.Moving, MessageType.Block));
        Assert.Equal(SessionState.Failed, Next((Side.Responder, Role.Receiver), SessionState.Moving, MessageType.Feed));
    }

    private static SessionState Next((Side Side, Role Role) place, SessionState state, MessageType received) =>
        SessionTable.Next(place.Side, place.Role, state, received);

    private static void Walk((Side Side, Role Role) place, IEnumerable<MessageType> received, SessionState end) =>
        Assert.Equal(end, received.Aggregate(SessionState.Greeting, (state, message) => Next(place, state, message)));

    private static void ForAll(Action<(Side Side, Role Role), SessionState> check)
    {
        foreach (var place in Places)
        {
            foreach (var state in Enum.GetValues<SessionState>())
            {
                check(place, state);
            }
        }
    }
}
