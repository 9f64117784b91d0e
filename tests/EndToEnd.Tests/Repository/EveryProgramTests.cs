namespace EndToEnd.Tests.Repository;

/// <summary>What a person may type to any of the programs.</summary>
public sealed class EveryProgramTests : CopyTest
{
    public static TheoryData<string> Programs { get; } = ["dmscp", "yscp", "ytar", "yarchive", "dccli", "dolly", "lazyclone"];

    [Cases]
    [MemberData(nameof(Programs))]
    public async Task It_knows_help_and_version(string program)
    {
        var help = (await Run($"{program} --help")).Is(0);
        Assert.Contains("usage: ", help.Output, StringComparison.OrdinalIgnoreCase);
        Assert.StartsWith($"{program} (Pipe) ", (await Run($"{program} --version")).Is(0).Output, StringComparison.Ordinal);
    }

    [Cases]
    [MemberData(nameof(Programs))]
    public async Task A_mistyped_option_gets_a_near_name(string program) =>
        (await Run($"{program} {(program == "yarchive" ? "ls " : "")}--tiemout 5 a h:b")).IsNot(0).Says($"{program}: error: ", "no such option", $"{program}: hint: ", "did you mean -", "timeout?");

    /// <summary>As a word, or with a hint that names the word: -h and -v are letters of some programs.</summary>
    [Cases]
    [MemberData(nameof(Programs))]
    public async Task One_dash_before_help_and_version_leads_there(string program) =>
        (await Run($$"""
            for word in help version; do
              {{program}} -$word > out 2>&1 && { grep -q -e '^usage: ' -e '^{{program}} (Pipe) ' out || cat out; } || grep -qx "{{program}}: hint: did you mean --$word?" out || cat out
            done
            """)).Prints("");

    [Case]
    public async Task A_kept_login_is_ended_by_one_short_command() =>
        (await Run("yscp --keep-login end h: && yscp --keep-login end me@h:")).Is(0).Prints("");
}
