using System.Diagnostics;
using System.Reflection;

namespace Pipe.Protocol.Tests;

/// <summary>The page and the code say the same. UPDATE_PAGE=1 makes the page follow the code.</summary>
public class PageTests
{
    private static readonly (string Title, Type Type)[] WireEnums =
    [
        ("Role", typeof(Role)), ("ResourceKind", typeof(ResourceKind)), ("Features", typeof(Features)), ("DigestKind", typeof(DigestKind)),
        ("Protection", typeof(Protection)), ("ConnectMode", typeof(ConnectMode)), ("Bottleneck", typeof(Bottleneck)), ("DatagramPace", typeof(DatagramPace)), ("BlockType", typeof(BlockType)), ("AckKind", typeof(AckKind)), ("DemandKind", typeof(DemandKind)), ("HeldKind", typeof(HeldKind)), ("ExitCode", typeof(ExitCode)),
        ("TreeFlags", typeof(TreeFlags)), ("EntryKind", typeof(EntryKind)), ("PieceOrigin", typeof(PieceOrigin)), ("Difference", typeof(Difference)), ("Aspects", typeof(Aspects)), ("ArchivingFlags", typeof(ArchivingFlags)),
    ];

    [Fact]
    public void The_page_describes_every_message_under_its_number()
    {
        var messages = Enum.GetValues<MessageType>().Select(type => $"{type} ({(int)type})");
        Assert.Equal(messages, Page.Subsections("MESSAGES").Where(title => title.EndsWith(')')));
    }

    [Fact]
    public void Every_message_type_has_a_decoder_with_that_number()
    {
        var implemented = typeof(Frame).Assembly.GetTypes()
            .Where(type => type.GetInterfaces().Any(i => i.IsGenericType && i.GetGenericTypeDefinition() == typeof(IMessage<>)))
            .Select(type => (MessageType)type.GetProperty(nameof(IMessage<Hello>.Type), BindingFlags.Static | BindingFlags.Public)!.GetValue(null)!)
            .Append(MessageType.Block); // a BlockHeader and the payload, in place: no message of its own
        Assert.Equal(Enum.GetValues<MessageType>().Order(), implemented.Order());
    }

    [Fact]
    public void Every_layout_in_the_sources_is_on_the_page_word_for_word()
    {
        Assert.True(Layout.All.Count >= 14, $"only {Layout.All.Count} layouts found in the sources");
        foreach (var (name, table) in Layout.All)
        {
            Page.Expect(name, 0, table);
        }
    }

    [Theory]
    [InlineData("BlockHeader", BlockHeader.Size)]
    [InlineData("Frame", Frame.Size)]
    [InlineData("LaneHello", LaneHello.Size)]
    [InlineData("LaneAck", LaneAck.Size)]
    [InlineData("SpareWord", SpareWord.Size)]
    [InlineData("KeeperRequest", KeeperRequest.Size)]
    [InlineData("KeeperAnswer", KeeperAnswer.Size)]
    [InlineData("LaneProof", LaneHello.NonceSize + LaneProof.Size)]
    [InlineData("End", 40)]
    [InlineData("Fault", 12)]
    [InlineData("Chaining", 9)]
    [InlineData("Ping", 24)]
    [InlineData("Terms", 16)]
    public void The_fields_of_a_layout_add_up_to_its_size(string name, int size) => Assert.Equal(size, Layout.SizeOf(Layout.All[name]));

    [Fact]
    public void Every_example_on_the_page_is_what_the_encoder_gives()
    {
        foreach (var (title, examples) in Samples.All)
        {
            var first = Page.Displays(title).TakeWhile(display => !Page.IsHex(display)).Count();
            for (var i = 0; i < examples.Length; i++)
            {
                Page.Expect(title, first + i, Page.ToHex(examples[i]));
            }

            Assert.Equal(examples.Length, Page.Examples(title).Count);
        }
    }

    [Fact]
    public void Every_message_on_the_page_has_an_example_that_the_decoder_reads()
    {
        foreach (var type in Enum.GetValues<MessageType>())
        {
            var bytes = Page.FromHex(Assert.Single(Page.Examples(type.ToString())));
            Assert.Equal(bytes, Codec.ReadAndWrite(Codec.NameOf(type), bytes));
        }
    }

    [Fact]
    public void The_examples_of_data_connections_are_read_as_what_the_page_says()
    {
        var hello = LaneHello.Read(Page.FromHex(Page.Examples("LaneHello")[0]));
        Assert.Equal(1, hello.Lane);
        Assert.Equal(Samples.Session, hello.Session);

        var block = Page.FromHex(Page.Examples("BlockHeader")[0]);
        var header = BlockHeader.Read(block, Limits.MaxBlock);
        Assert.Equal(BlockHeader.Data(4096, 4, 1, Digest.Of(DigestKind.XxHash3, "pipe"u8, 4096)), header);
        Assert.Equal("pipe"u8, block.AsSpan(BlockHeader.Size));
        Assert.Equal(BlockHeader.Hole(4100, 1 << 20, 2), BlockHeader.Read(Page.FromHex(Page.Examples("BlockHeader")[1]), Limits.MaxBlock));
        Assert.Equal(BlockHeader.Leave, BlockHeader.Read(Page.FromHex(Page.Examples("BlockHeader")[3]), Limits.MaxBlock));

        var acks = Page.Examples("LaneAck").Select(hex => LaneAck.Read(Page.FromHex(hex)));
        Assert.Equal([new LaneAck(AckKind.Consumed, 5), new LaneAck(AckKind.Damaged, 5)], acks);
    }

    [Fact]
    public void Every_number_on_the_wire_is_on_the_page()
    {
        Assert.Equal(WireEnums.Select(e => e.Title), Page.Subsections("NUMBERS"));
        foreach (var (title, type) in WireEnums)
        {
            Assert.Equal(
                Enum.GetValues(type).Cast<object>().Where(value => IsOne(type, Convert.ToInt32(value, null))).Select(value => $"{Convert.ToInt32(value, null)} {value}"),
                Page.Items(title).Select(item => item.Tag));
        }
    }

    [Theory]
    [InlineData(typeof(KeeperRequestKind))]
    [InlineData(typeof(KeeperAnswerKind))]
    public void Every_kind_of_message_to_and_from_a_keeper_is_on_the_page(Type type) =>
        Assert.Equal(Enum.GetValues(type).Cast<object>().Select(value => $"{Convert.ToInt32(value, null)} {value}"), Page.Items(type.Name).Select(item => item.Tag));

    [Fact]
    public void The_header_of_an_entry_of_a_tree_adds_up_to_its_size()
    {
        var lines = Layout.All["TreeEntry"].Split('\n');
        Assert.Equal(TreeEntry.HeaderSize, Layout.SizeOf(string.Join('\n', lines[..^1])));
    }

    [Fact]
    public void Every_limit_is_on_the_page_with_its_value_and_its_meaning()
    {
        var source = File.ReadAllLines(Repository.PathOf("src/Pipe.Protocol/Limits.cs"));
        Page.ExpectItems("LIMITS", [.. typeof(Limits).GetFields().Select(field => ($"Dv {field.Name} No = {field.GetValue(null)}", MeaningOf(field.Name)))]);

        string MeaningOf(string name)
        {
            var comment = source[Array.FindIndex(source, line => line.Contains($" {name} = ", StringComparison.Ordinal)) - 1].Trim();
            Assert.True(comment.StartsWith("/// <summary>", StringComparison.Ordinal) && comment.EndsWith("</summary>", StringComparison.Ordinal), $"{name} needs a meaning on one line");
            return comment["/// <summary>".Length..^"</summary>".Length];
        }
    }

    [Fact]
    public void The_state_tables_on_the_page_are_those_of_the_code()
    {
        Page.Expect("STATES", 0, StateTable(Role.Sender, Role.Sender));
        Page.Expect("STATES", 1, StateTable(Role.Receiver, Role.Receiver));
        Page.Expect("STATES", 2, StateTable(Role.Head, Role.Node));
        Assert.Equal(Enum.GetNames<SessionState>(), Page.Items("STATES").Select(item => item.Tag));
    }

    [FactNeedingMandoc]
    public void The_page_is_clean()
    {
        using var lint = Process.Start(new ProcessStartInfo(FactNeedingMandocAttribute.Program, ["-T", "lint", "-W", "warning", Page.File]) { RedirectStandardOutput = true, RedirectStandardError = true })!;
        var said = lint.StandardOutput.ReadToEnd() + lint.StandardError.ReadToEnd();
        lint.WaitForExit();
        Assert.Equal("", said);
    }

    /// <summary>Of flags only those that are a single bit.</summary>
    private static bool IsOne(Type type, int value) => !type.IsDefined(typeof(FlagsAttribute)) || int.IsPow2(value);

    /// <summary>All pairs of state and message that do not fail the session, those of one side that lead to the same state on one line.</summary>
    private static string StateTable(Role initiator, Role responder)
    {
        var moves =
            from state in Enum.GetValues<SessionState>()
            from message in Enum.GetValues<MessageType>()
            where message < MessageType.Ping
            from move in Moves(initiator, responder, state, message)
            where move.Next != SessionState.Failed
            group message by (state, move.Side, move.Next) into line
            select $"{line.Key.state,-12}{line.Key.Side,-11}{string.Join(", ", line),-40}{line.Key.Next}";
        return string.Join('\n', moves.Prepend($"{"in state",-12}{"side",-11}{"receives",-40}then"));
    }

    private static (string Side, SessionState Next)[] Moves(Role initiatorRole, Role responderRole, SessionState state, MessageType message)
    {
        var initiator = SessionTable.Next(Side.Initiator, initiatorRole, state, message);
        var responder = SessionTable.Next(Side.Responder, responderRole, state, message);
        return initiator == responder ? [("either", initiator)] : [("initiator", initiator), ("responder", responder)];
    }
}
