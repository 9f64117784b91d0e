namespace EndToEnd.Tests.Repository;

/// <summary>Words that users may type to any of the programs.</summary>
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

    [Cases]
    [InlineData("dmscp", "-w -e local -udp low CHANNEL -l file -d $PWD -f to", "-udp", "-channel")]
    [InlineData("yscp", "--launch local --udp low --mtu 1400 CHANNEL file h:$PWD/to", "--udp, --mtu", "--channel")]
    [InlineData("ytar", "-e local -udp-buffer 1m CHANNEL dir h:$PWD/to", "-udp-buffer", "-channel")]
    [InlineData("yarchive", "put -e local -mtu 1400 CHANNEL h:$PWD/to < file", "-mtu", "-channel")]
    [InlineData("dccli", "--launch local --udp low CHANNEL file h:$PWD/to", "--udp", "--channel")]
    [InlineData("dolly", "--launch local --udp low CHANNEL -I file -H n -O $PWD/to", "--udp", "--channel")]
    [InlineData("lazyclone", "--launch local --udp low CHANNEL h:$PWD/absent to", "-udp", "-channel")]
    public async Task Options_for_datagrams_cause_a_warning_over_tcp(string program, string words, string options, string channel) =>
        (await Run($$"""
            mkdir dir; echo data | tee dir/file > file
            {{program}} {{words.Replace("CHANNEL", "", StringComparison.Ordinal)}} 2> words
            grep -c '^{{program}}: warning: {{options}}: no effect, because the data go over tcp; {{channel}} udp uses datagrams$' words
            rm -rf to
            {{program}} {{words.Replace("CHANNEL", $"{channel} udp", StringComparison.Ordinal)}} 2> words
            grep -c 'no effect' words
            """)).Prints("1\n0\n");

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
