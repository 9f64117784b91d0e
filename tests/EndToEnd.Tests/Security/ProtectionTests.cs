using Pipe.Protocol;

namespace EndToEnd.Tests.Security;

/// <summary>An attacker in the middle, or the remote end itself, offers less protection than requested: an error, never an unprotected copy.</summary>
public sealed class ProtectionTests : MiddleTest
{
    public static TheoryData<string, byte> Less => new()
    {
        { "-encrypt", (byte)Protection.Clear },
        { "-encrypt", (byte)Protection.Authenticate },
        { "-authenticate", (byte)Protection.Clear },
    };

    /// <summary>The greeting is not protected by anything but the proofs over it.</summary>
    [Cases("socat")]
    [MemberData(nameof(Less))]
    public async Task A_greeting_that_is_changed_to_less_makes_no_connection(string asked, byte protection)
    {
        using var middle = Between();
        middle.OnHello = (_, hello) => With(protection, hello);

        (await Copy(middle, asked)).Result.Is(3).Says("no data connection");
        NothingWasSaid(middle);
    }

    [Cases("socat")]
    [MemberData(nameof(Less))]
    public async Task A_far_end_that_understood_less_makes_no_connection(string asked, byte protection)
    {
        using var middle = Between();
        middle.OnOffer = offer => offer with { Protection = (Protection)protection };

        (await Copy(middle, asked)).Result.Is(3).Says("no data connection");
        NothingWasSaid(middle);
    }

    /// <summary>The far end takes the greeting for one without protection: its proof is not the one that belongs to ours.</summary>
    [Cases("socat")]
    [MemberData(nameof(Less))]
    public async Task A_greeting_that_is_changed_for_a_far_end_that_understood_less_makes_no_connection(string asked, byte protection)
    {
        using var middle = Between();
        middle.OnOffer = offer => offer with { Protection = (Protection)protection };
        middle.OnHello = (_, hello) => With(protection, hello);

        (await Copy(middle, asked)).Result.Is(3).Says("does not know the secret");
        NothingWasSaid(middle);
    }

    /// <summary>A far end that knows the secret and does as if, and then sends in the clear: what it sends is not taken.</summary>
    [Cases("socat")]
    [MemberData(nameof(Less))]
    public async Task A_far_end_that_sends_with_less_is_not_believed(string asked, byte protection)
    {
        using var middle = Between();
        middle.OnOffer = offer => offer with { Protection = (Protection)protection };
        middle.OnHello = (_, hello) => With(protection, hello);
        middle.OnAnswer = (lane, answer) => [.. answer[..32], .. LaneProof.OfListener(middle.Offer!.Value.Secret, lane.Hello, answer.AsSpan(0, 32))];
        middle.OnProof = (lane, _) =>
            LaneProof.OfConnector(middle.Offer!.Value.Secret, With(protection, lane.Hello), lane.Answer.AsSpan(0, 32));
        middle.SeenProtection = (Protection)protection;

        (await Copy(middle, $"{asked} -timeout 2", FromCommandToCommand)).Result.IsNot(0);
        Assert.Contains(middle.Lanes, lane => lane.Blocks.Count > 0);
    }

    /// <summary>With auto, data may go another way: inside ssh, which enciphers. That is said.</summary>
    [Case("socat")]
    public async Task With_auto_the_data_then_go_inside_ssh_and_that_is_said()
    {
        using var middle = Between();
        middle.OnHello = (_, hello) => With(protection: 0, hello);

        (await Copy(middle, "-encrypt -connect auto")).Result.Is(0).Says("data go ssh");
        NothingWasSaid(middle);
    }

    /// <summary>The greeting, changed to ask for that protection.</summary>
    private static byte[] With(byte protection, byte[] hello)
    {
        const int at = 12;
        return [.. hello[..at], protection, .. hello[(at + 1)..]];
    }

    /// <summary>Greetings, and answers to greetings that were not changed: no byte of a block.</summary>
    private static void NothingWasSaid(Middle middle)
    {
        Assert.NotEmpty(middle.Lanes);
        Assert.All(middle.Lanes, lane => Assert.True(lane.Blocks.Count == 0 && lane.Carried.Length <= 64 + 64 + 32, $"{lane.Carried.Length} bytes"));
    }
}
