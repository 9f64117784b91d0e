namespace EndToEnd.Tests.Yscp;

/// <summary>Options of yscp that scp lacks.</summary>
public sealed class OptionTests : CopyTest
{
    [Cases]
    [InlineData("echo other > far/s/b", "s/b: differs at the target\n1\n")]
    [InlineData("rm far/s/a", "s/a: is missing at the target\n1\n")]
    [InlineData("echo more > far/s/more", "s/more: is only at the target\n1\n")]
    [InlineData("touch far/s/a", "0\n")]
    public async Task Verify_ends_with_1_if_there_is_a_difference(string change, string prints) =>
        (await Run($$"""
            mkdir -p s far; echo a > s/a; echo b > s/b; cp -r s far
            {{change}}
            before=$(find far -printf '%p %T@ %i\n')
            yscp -r --verify s far; echo $?
            [ "$before" = "$(find far -printf '%p %T@ %i\n')" ]
            """)).Is(0).Prints(prints);

    [Case]
    public async Task Verify_ends_with_1_if_one_of_several_sources_differs() =>
        (await Run("""
            mkdir far; echo a > a; echo b > b; cp a far; echo c > far/b
            yscp --verify a b far; echo $?
            yscp --verify b HOST:$PWD/far; echo $?
            """.Replace("yscp", "yscp --events events -D /sftp", StringComparison.Ordinal) + """

            grep -c '"ok":false,"exit":1,' events
            """)).Is(0).Prints("b: differs at the target\n1\nb: differs at the target\n1\n1\n");

    [Cases]
    [InlineData("-r tree tree/sub")]
    [InlineData("-r tree tree/sub/new")]
    [InlineData("-r tree tree")]
    [InlineData("-r tree link/sub")]
    [InlineData("-r tree/. tree")]
    [InlineData("tree/file tree")]
    [InlineData("tree/file link/file")]
    public async Task Nothing_is_copied_onto_or_into_itself(string words) =>
        (await Run($$"""
            mkdir -p tree/sub; echo a > tree/file; echo b > tree/sub/b; ln -s tree link
            before=$(find . -printf '%p %T@ %i\n')
            yscp {{words}}; echo $?
            [ "$before" = "$(find . -printf '%p %T@ %i\n')" ]
            """)).Is(0).Prints("1\n").Says("itself");

    [Case]
    public async Task What_is_beside_a_directory_or_below_another_of_its_name_is_no_part_of_it() =>
        (await Run("""
            mkdir -p tree/sub tree2; echo a > tree/file
            yscp -r tree tree2 && yscp -r tree/sub tree/file tree2/tree && yscp -r tree/sub tree/new && yscp tree/file tree/copy && yscp -r tree/sub .
            find . | LC_ALL=C sort | tr '\n' ' '
            """)).Is(0).Prints(". ./sub ./tree ./tree/copy ./tree/file ./tree/new ./tree/sub ./tree2 ./tree2/tree ./tree2/tree/file ./tree2/tree/sub ");

    [Case(Needs.Sshd)]
    public async Task Nothing_is_deleted_if_a_source_is_not_there() =>
        (await Run("""
            mkdir a far; echo a > a/a; echo b > far/b
            yscp -F $SSH_CONFIG -r --delete a/. b/. HOST:$PWD/far; echo $?
            ls far
            """, Far.Ssh)).Is(0).Prints("255\na\nb\n").Says("b/.: no such file or directory", "nothing is deleted");

    [Case(Needs.Sshd, "script")]
    public async Task A_copy_that_goes_on_in_the_background_comes_to_its_end()
    {
        await File.WriteAllTextAsync(PathOf("job"), """
            set -m
            yscp -F "$SSH_CONFIG" -l 80000 source "HOST:$PWD/target" &
            until ls .*pipe-* > /dev/null 2>&1; do sleep 0.1; done
            kill -STOP -- -$!; sleep 0.2; kill -CONT -- -$!
            wait $!
            echo "status $?"
            """);
        (await Run("""
            head -c 30000000 /dev/urandom > source
            script -qec 'bash job' /dev/null < /dev/null | grep -o 'status [0-9]*'
            cmp source target
            """, Far.Ssh)).Is(0).Prints("status 0\n");
    }
}
