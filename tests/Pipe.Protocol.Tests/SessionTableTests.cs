namespace Pipe.Protocol.Tests;

/// <summary>What the page says in words about the state tables; the tables themselves are compared in <see cref="PageTests"/>.</summary>
public class SessionTableTests
{
    private static readonly Role[] Roles = [Role.Sender, Role.Receiver];

    [Fact]
    public void Ping_and_unknown_messages_from_128_on_change_nothing() => ForAll((role, state) =>
    {
        for (var number = 128; number <= byte.MaxValue; number++)
        {
            Assert.Equal(state, SessionTable.Next(role, state, (MessageType)number));
        }
    });

    [Fact]
    public void Abort_fails_the_session_in_every_state() =>
        ForAll((role, state) => Assert.Equal(SessionState.Failed, SessionTable.Next(role, state, MessageType.Abort)));

    [Fact]
    public void An_unknown_message_below_128_fails_the_session_in_every_state() => ForAll((role, state) =>
    {
        for (var number = 0; number < 128; number++)
        {
            if (!Enum.IsDefined((MessageType)number))
            {
                Assert.Equal(SessionState.Failed, SessionTable.Next(role, state, (MessageType)number));
            }
        }
    });

    [Fact]
    public void Nothing_leads_out_of_a_failure() => Assert.All(Roles, role => Assert.All(
        Enum.GetValues<MessageType>(),
        message => Assert.Equal(SessionState.Failed, SessionTable.Next(role, SessionState.Failed, message))));

    [Fact]
    public void A_report_counts_only_for_a_sender_whose_blocks_travel() => ForAll((role, state) =>
    {
        var isDue = role == Role.Sender && state == SessionState.Moving;
        Assert.Equal(isDue ? SessionState.Done : SessionState.Failed, SessionTable.Next(role, state, MessageType.Report));
    });

    [Fact]
    public void An_end_comes_once() =>
        Assert.Equal(SessionState.Failed, SessionTable.Next(Role.Receiver, SessionTable.Next(Role.Receiver, SessionState.Moving, MessageType.End), MessageType.End));

    [Fact]
    public void A_copy_there_goes_through_its_states()
    {
        Walk(Role.Sender, [MessageType.Hello, MessageType.Listening, MessageType.Accept, MessageType.Ack, MessageType.Ping, MessageType.Report], SessionState.Done);
        Walk(Role.Receiver, [MessageType.Hello, MessageType.Offer, MessageType.Block, MessageType.End, MessageType.Block], SessionState.Completing);
    }

    [Fact]
    public void A_copy_from_there_goes_through_its_states()
    {
        Walk(Role.Sender, [MessageType.Hello, MessageType.Offer, MessageType.Ack, MessageType.Report], SessionState.Done);
        Walk(Role.Receiver, [MessageType.Hello, MessageType.Listening, MessageType.Accept, MessageType.Block, MessageType.Widen, MessageType.End], SessionState.Completing);
    }

    [Fact]
    public void A_lost_channel_is_followed_by_a_greeting_and_a_resumption_and_nothing_else() => Assert.All(Roles, role => Assert.All(
        Enum.GetValues<MessageType>().Where(message => message < MessageType.Ping),
        message => Assert.Equal(
            message switch
            {
                MessageType.Hello => SessionState.Lost,
                MessageType.Resume or MessageType.Resumed => SessionState.Moving,
                _ => SessionState.Failed,
            },
            SessionTable.Next(role, SessionState.Lost, message))));

    private static void Walk(Role role, IEnumerable<MessageType> received, SessionState end) =>
        Assert.Equal(end, received.Aggregate(SessionState.Greeting, (state, message) => SessionTable.Next(role, state, message)));

    private static void ForAll(Action<Role, SessionState> check)
    {
        foreach (var role in Roles)
        {
            foreach (var state in Enum.GetValues<SessionState>())
            {
                check(role, state);
            }
        }
    }
}
