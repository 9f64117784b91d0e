namespace Pipe.Protocol.Tests;

public class WriterTests
{
    [Fact]
    public void The_largest_abort_fits_into_a_frame_and_is_read()
    {
        var text = new string('x', Limits.MaxText);
        var abort = new Abort(ExitCode.Objects, text, text);
        var packed = Frame.Pack(abort);
        Assert.Equal(packed.Length - Frame.Size, Frame.Read(packed).Length);
        Assert.Equal(abort, Abort.Read(packed.AsSpan(Frame.Size)));
    }

    [Fact]
    public void The_largest_offer_and_the_largest_block_fit_into_a_frame()
    {
        var text = new string('x', Limits.MaxText);
        Assert.True(Frame.Pack(Samples.Offer with { Resource = Resource.Command(text, text) }).Length - Frame.Size <= Limits.MaxFrame);
        Assert.True(BlockHeader.Size + Limits.MaxBlock <= Limits.MaxFrame);
    }

    [Fact]
    public void A_message_that_is_too_long_for_a_text_is_cut_and_still_read()
    {
        var abort = Abort.Read(Samples.Payloads(new Abort(ExitCode.Command, new string('y', Limits.MaxText + 1), "")));
        Assert.Equal(new string('y', Limits.MaxText), abort.Cause);
    }

    [Fact]
    public void A_code_that_is_not_known_is_taken_for_1()
    {
        var payload = Samples.Payloads(Samples.Abort);
        payload[0] = 200;
        Assert.Equal(ExitCode.Objects, Abort.Read(payload).Code);
    }

    [Fact]
    public void A_version_is_spoken_within_the_range_of_a_hello()
    {
        var hello = new Hello(2, 4, 0, "");
        Assert.Equal([false, false, true, true, true, false], Enumerable.Range(0, 6).Select(hello.Speaks));
        Assert.True(Hello.Ours("").Speaks(Limits.ProtocolVersion));
    }
}
