namespace EndToEnd.Tests.Copies;

/// <summary>Holes arrive as holes.</summary>
public sealed class HoleTests : CopyTest
{
    /// <summary>Data of 64 KiB at 0, 5 and 20 MiB of 40; a hole at the end.</summary>
    private const string MakeSource = """
        set -eo pipefail
        truncate -s 40m source
        for at in 0 80 320; do
          head -c 64k /dev/urandom | dd of=source bs=64k seek=$at conv=notrunc status=none
        done
        allocated() { echo $(($(stat -c '%b * %B' "$1") / 1024)); }

        """;

    [Cases]
    [BothWays]
    public async Task A_file_with_holes_arrives_with_holes(Far far) =>
        (await Run(MakeSource + """
            dmscp -w $FAR -d "$PWD" -f there -l source
            cmp source there
            test "$(allocated there)" -le 1024
            dmscp -r $FAR -d "$PWD" -f there -l back
            cmp source back
            test "$(allocated back)" -le 1024
            """, far)).Is(0);

    [Cases]
    [BothWays]
    public async Task A_file_with_holes_goes_into_a_pipe_as_zeros(Far far) =>
        (await Run(MakeSource + """
            dmscp -w $FAR -d "$PWD" -R 'cat > there' -l source
            cmp source there
            dmscp -r $FAR -d "$PWD" -f source | cmp source -
            """, far)).Is(0);

    [Case]
    public async Task A_file_with_holes_goes_into_redirected_output() =>
        (await Run(MakeSource + """
            dmscp -r $FAR -d "$PWD" -f source > out
            cmp source out
            """)).Is(0);

    [Cases]
    [BothWays]
    public async Task In_place_a_hole_wipes_what_was_there(Far far) =>
        (await Run(MakeSource + """
            head -c 50m /dev/zero | tr '\0' 'x' > there
            dmscp -w $FAR -inplace -d "$PWD" -f there -l source
            cmp source there
            """, far)).Is(0);

    [Case]
    public async Task A_file_that_is_one_hole_arrives_at_once_whatever_its_size() =>
        (await Run("""
            set -e
            truncate -s 4t source
            dmscp -w $FAR -d "$PWD" -f there -l source
            stat -c '%s %b' there
            """)).Is(0).Prints("4398046511104 0\n");

    [Case]
    public async Task Input_that_stands_in_the_middle_of_a_file_with_holes_arrives_right() =>
        (await Run(MakeSource + """
            { dd bs=1000 count=1 status=none of=/dev/null; dmscp -w $FAR -d "$PWD" -f there; } < source
            tail -c +1001 source | cmp - there
            """)).Is(0);
}
