namespace EndToEnd.Tests.Yscp;

/// <summary>The display while yscp copies, with and without a terminal.</summary>
public sealed class MeterTests : CopyTest
{
    // In a terminal of its own; without the sequences that draw, and as it is when nothing is drawn any more.
    private const string Setup = """
        set -e
        on_terminal() {
          TERM=xterm script -qec "stty cols 60; $1" /dev/null < /dev/null > drawn
          sed 's/\r/\n/g; s/\x1b\[[0-9]*[AJK]//g' drawn | sed 's/ *$//' | tr -s '\n' > seen
        }
        yscp="yscp -F $SSH_CONFIG"
        mkdir dir target
        for i in 1 2 3; do echo "$i" > dir/file$i; done

        """;

    [Cases(Needs.Sshd, "script")]
    [InlineData("dir/file1 HOST:$PWD/target", "^file1 +100% +2B +.*00:0[0-9]$", 1)]
    [InlineData("HOST:$PWD/dir/file1 target", "^file1 +100% +2B +.*00:0[0-9]$", 1)]
    [InlineData("-r dir HOST:$PWD/target", "^(file[123] +100% +2B|3 files +100% +6B .*00:0[0-9])$", 4)]
    [InlineData("-r HOST:$PWD/dir target", "^(file[123] +100% +2B|3 files +100% +6B .*00:0[0-9])$", 4)]
    [InlineData("-3r HOST:$PWD/dir HOST:$PWD/target", "^(file[123] +100% +2B|3 files +100% +6B .*00:0[0-9])$", 4)]
    [InlineData("-r HOST:$PWD/dir OTHER:$PWD/target", "^(file[123] +100% +2B|3 files +100% +6B .*00:0[0-9])$", 4)]
    [InlineData("-rZ dir HOST:$PWD", "^(file[123] +100% +2B|3 files +100% +6B .*00:0[0-9])$", 4)]
    public async Task A_handful_of_files_leave_lines_as_with_scp(string words, string line, int lines) =>
        (await Run($"""
            {Setup}
            on_terminal "$yscp {words}"
            grep -cE '{line}' seen || cat -v drawn >&2
            test "$(awk 'length > 57' seen)" = ''
            """)).Is(0).Prints($"{lines}\n");

    [Cases(Needs.Sshd, "script")]
    [InlineData("$yscp -q -r dir HOST:$PWD/target")]
    [InlineData("$yscp -r dir HOST:$PWD/target 2> said; cat said")]
    [InlineData("set -m; $yscp -r dir HOST:$PWD/target & wait")]
    public async Task Nothing_is_drawn_where_nobody_wants_it(string command)
    {
        (await Run($"""
            {Setup}
            on_terminal "bash -ic '{command}' 2> /dev/stdout"
            test -e target/dir/file3
            ! grep 100% drawn
            """)).Is(0);
    }

    [Cases(Needs.Sshd)]
    [InlineData("dir HOST:$PWD/target")]
    [InlineData("HOST:$PWD/dir target")]
    [InlineData("-3 HOST:$PWD/dir HOST:$PWD/target")]
    [InlineData("HOST:$PWD/dir OTHER:$PWD/target")]
    public async Task Events_tell_how_much_there_is_in_all(string names) =>
        (await Run($"""
            {Setup}
            head -c 3000000 /dev/zero > dir/large
            $yscp --rate 1m --events events -r {names}
            grep '"event":"progress"' events | grep '"total":3000006,' | grep -q '"found":4'
            """)).Is(0);

    [Case(Needs.Sshd, "script")]
    public async Task A_name_cannot_draw_nor_wrap_the_line() =>
        (await Run($"""
            {Setup}
            rm dir/*
            echo x > dir/$'a\e[2Jb\nc'
            echo x > dir/$(printf '\346\227\245%.0s' $(seq 40))
            on_terminal "$yscp -r dir HOST:$PWD/target"
            grep -cF 'a\x1b[2Jb\x0ac ' seen
            grep -c "^$(printf '\346\227\245%.0s' $(seq 8))\.\.\.  100%" seen
            """)).Is(0).Prints("1\n1\n");
}
