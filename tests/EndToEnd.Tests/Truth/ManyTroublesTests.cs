namespace EndToEnd.Tests.Truth;

/// <summary>Thousands of members fail for one cause: it is told with the first few, and the others are counted.</summary>
public sealed class ManyTroublesTests : CopyTest
{
    [Cases(Needs.Root, "setpriv")]
    [InlineData("copy -r -D x src h:\"$PWD\"/closed", 30)]
    [InlineData("copy -r -D x h:\"$PWD\"/src closed", 30)]
    public async Task A_copy_into_a_directory_that_may_not_be_written(string copy, int most)
    {
        var result = await Run($$"""
            mkdir src closed closed/src; for d in 1 2 3; do mkdir src/$d closed/src/$d; (cd src/$d; seq 1000 | split -l 1 -a 3 - f); done
            chown -R root closed; chmod -R a+rX src closed; export HOME=/
            copy() { setpriv --reuid 65534 --regid 65534 --clear-groups yscp "$@"; }
            {{copy}}; echo $?
            """);
        result.Prints("1\n").Says("permission denied", "and 2990 more: permission denied", "3000 could not be copied");
        Assert.InRange(result.Error.Count(c => c == '\n'), 2, most);
    }

    [Cases(Needs.Root, "setpriv")]
    [InlineData("chmod 0 src/f*")]
    [InlineData("mkdir -m 755 t1/src t2/src")]
    public async Task A_copy_to_several_hosts(string spoil)
    {
        var result = await Run($$"""
            mkdir src t1 t2; (cd src; seq 3000 | split -l 1 -a 3 - f); chmod 755 src; chmod 777 t1 t2; {{spoil}}; export HOME=/
            setpriv --reuid 65534 --regid 65534 --clear-groups dccli -r --launch local src h1:"$PWD/t1" h2:"$PWD/t2"; echo $?
            """);
        result.Prints("1\n").Says("permission denied", "and 2990 more: permission denied");
        Assert.InRange(result.Error.Count(c => c == '\n'), 10, 60);
    }

    [Case(Needs.Mount)]
    public async Task Ytar_onto_a_full_disk()
    {
        var result = await RunWithMounts("""
            mkdir src disk; (cd src; seq 3000 | split -l 1 -a 3 - file); mount -t tmpfs -o size=64k,nr_inodes=20 none disk
            ytar -e local src h:"$PWD/disk/there"; echo $?
            """);
        result.Prints("5\n").Says("No space left on device");
        Assert.InRange(result.Error.Count(c => c == '\n'), 1, 30);
    }

    [Case(Needs.Root, "setpriv")]
    public async Task Ytar_into_a_directory_that_may_not_be_entered() =>
        (await Run("""
            mkdir -m 711 closed; mkdir -m 700 dark; mkdir src; export HOME=/
            for d in closed dark; do setpriv --reuid 65534 --regid 65534 --clear-groups ytar -e local src h:"$PWD/$d/x" 2> said; echo $?; cat said >&2; grep -c "''" said; done
            """)).Prints("8\n0\n8\n0\n").Says("/closed: cannot make a directory in it", "/dark: cannot make a directory in it", "Permission denied");

    [Case]
    public async Task Events_on_standard_output_are_nothing_but_events() =>
        (await Run("""
            mkdir -p a/t; echo 1 > a/t/f; echo 2 > a/t/g; cp -r a b; echo x > b/t/f; rm b/t/g
            yscp -r -D x --events 1 --verify a/t h:"$PWD/b" > said; echo $?; grep -v '^{' said; grep -c '"event":"difference"' said
            """)).Prints("1\n2\n");
}
