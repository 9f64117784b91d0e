namespace EndToEnd.Tests.Copies;

/// <summary>Names, places and modes of files.</summary>
public sealed class FileTests : CopyTest
{
    [Cases]
    [BothWays]
    public async Task A_name_is_relative_to_the_directory_and_that_to_where_the_login_starts(Far far) =>
        (await Run("""
            set -e
            mkdir -p there/deeper
            echo one | dmscp -w $FAR -d "$PWD/there" -f deeper/name
            echo two | dmscp -w $FAR -d /nowhere -f "$PWD/there/absolute"
            test "$(cat there/deeper/name there/absolute)" = "$(printf 'one\ntwo')"
            dmscp -r $FAR -d "$PWD/there/deeper/" -f name
            dmscp -r $FAR -d "$PWD/there" -R 'cat absolute'
            """, far)).Is(0).Prints("one\ntwo\n");

    [Cases]
    [InlineData("'with spaces'")]
    [InlineData("\"it's\"")]
    [InlineData("'a \"quoted\" name'")]
    [InlineData("'$HOME'")]
    [InlineData("'`id`'")]
    [InlineData("'back\\slash'")]
    [InlineData("'-f'")]
    [InlineData("'*'")]
    [InlineData("'~'")]
    [InlineData("'!x'")]
    [InlineData("'a;b&c|d'")]
    [InlineData("$'new\\nline'")]
    [InlineData("$'\\xff\\xfe not UTF-8'")]
    [InlineData("'naïve'")]
    [InlineData("$'\\x1b[31m'")]
    public async Task A_strange_name_is_taken_as_it_is(string name)
    {
        var far = Lab.Shared.WhyNoSshd is null ? Far.Ssh : Far.Local;
        (await Run($"""
            set -e
            name={name}
            mkdir -- "$name"
            echo data > "./$name/$name"
            dmscp -w $FAR -d "$PWD/$name" -f "copy of $name" -l "./$name/$name"
            cmp "./$name/$name" "./$name/copy of $name"
            dmscp -r $FAR -d "$PWD/$name" -f "$name" -l "./$name.back"
            cmp "./$name/$name" "./$name.back"
            dmscp -r $FAR -d "$PWD/$name" -R 'cat ./*' | grep -q data
            echo more | dmscp -w $FAR -d "$PWD/$name" -R 'cat > from-a-command'
            cat "./$name/from-a-command"
            """, far)).Is(0).Prints("more\n");
    }

    [Case]
    public async Task The_longest_name_is_not_too_long() =>
        (await Run("""
            set -e
            name=$(printf 'n%.0s' $(seq 255))
            echo data | dmscp -w $FAR -d "$PWD" -f "$name"
            cat "$name"
            """)).Is(0).Prints("data\n");

    [Case]
    public async Task A_file_that_is_called_like_an_object_is_reached_by_its_path() =>
        (await Run("""
            set -e
            echo data > null:
            dmscp -r $FAR -d "$PWD" -f ./null: -l ./pattern:
            cat pattern:
            """)).Is(0).Prints("data\n");

    [Cases]
    [BothWays]
    public async Task A_file_that_is_replaced_keeps_its_mode(Far far) =>
        (await Run("""
            set -e
            umask 022
            echo old > there; chmod 640 there
            echo new > source; chmod 604 source
            dmscp -w $FAR -d "$PWD" -f there -l source
            stat -c %a there; cat there
            """, far)).Is(0).Prints("640\nnew\n");

    [Cases]
    [BothWays]
    public async Task A_new_file_gets_the_mode_of_the_source_less_the_umask(Far far) =>
        (await Run("""
            set -e
            echo data > source; chmod 775 source
            prefix='umask 027'
            [ "$FAR" != '-e local' ] || umask 027
            dmscp -w $FAR -prefix "$prefix" -d "$PWD" -f there -l source
            stat -c %a there
            umask 077
            dmscp -r $FAR -d "$PWD" -f source -l back
            stat -c %a back
            """, far)).Is(0).Prints("750\n700\n");

    [Cases]
    [BothWays]
    public async Task A_file_that_is_written_from_a_pipe_is_like_one_that_the_shell_makes(Far far) =>
        (await Run("""
            set -e
            umask 022
            echo data | dmscp -w $FAR -prefix 'umask 022' -d "$PWD" -f there
            stat -c %a there
            """, far)).Is(0).Prints("644\n");

    [Case]
    public async Task Special_bits_of_the_mode_are_never_passed_on() =>
        (await Run("""
            set -e
            umask 022
            echo data > source; chmod 6755 source
            dmscp -w $FAR -d "$PWD" -f there -l source
            stat -c %a there
            chmod 6755 there
            dmscp -w $FAR -d "$PWD" -f there -l source
            stat -c %a there
            """)).Is(0).Prints("755\n755\n");

    [Cases]
    [BothWays]
    public async Task A_symbolic_link_is_followed_and_stays(Far far) =>
        (await Run("""
            set -e
            mkdir elsewhere
            echo old > elsewhere/target
            ln -s elsewhere/target link
            echo new | dmscp -w $FAR -d "$PWD" -f link
            test -L link
            cat elsewhere/target
            dmscp -r $FAR -d "$PWD" -f link
            """, far)).Is(0).Prints("new\nnew\n");

    [Case]
    public async Task A_replaced_file_is_a_new_one_and_who_reads_the_old_one_still_has_all_of_it() =>
        (await Run("""
            set -e
            echo old > there
            exec 5< there
            echo new | dmscp -w $FAR -d "$PWD" -f there
            cat there
            cat <&5
            """)).Is(0).Prints("new\nold\n");

    [Cases]
    [BothWays]
    public async Task In_place_the_file_stays_the_same_one_and_is_cut_to_its_new_size(Far far) =>
        (await Run("""
            set -e
            head -c 5000000 /dev/urandom > there
            head -c 3000000 /dev/urandom > source
            before=$(stat -c %i there)
            dmscp -w $FAR -inplace -d "$PWD" -f there -l source
            cmp source there
            test "$before" = "$(stat -c %i there)"
            """, far)).Is(0);

    [Case]
    public async Task In_place_makes_a_file_that_is_not_there() =>
        (await Run("""
            echo data | dmscp -w $FAR -inplace -d "$PWD" -f there && cat there
            """)).Is(0).Prints("data\n");

    [Case]
    public async Task A_fifo_is_read_and_written_as_a_stream() =>
        (await Run("""
            set -e
            mkfifo pipe
            cat pipe > out &
            head -c 200000 /dev/zero | dmscp -w $FAR -d "$PWD" -f pipe
            wait
            stat -c %s out
            echo data > pipe &
            dmscp -r $FAR -d "$PWD" -f pipe
            test -p pipe
            """)).Is(0).Prints("200000\ndata\n");

    [Case]
    public async Task A_file_of_proc_that_has_no_size_is_read_to_its_end() =>
        (await Run("dmscp -r $FAR -f /proc/self/status | grep -c '^Pid:'")).Is(0).Prints("1\n");
}
