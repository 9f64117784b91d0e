namespace EndToEnd.Tests.Yscp;

public sealed class VerifyTests : CopyTest
{
    [Case]
    public async Task Equal_trees_end_with_0_and_others_with_1() =>
        (await Run("""
            mkdir source target
            head -c 1000000 /dev/urandom > source/middle; truncate -s 3M source/hole; echo a > source/a
            verify() { yscp -a --verify -D there source "localhost:$PWD/target"; echo $?; }
            yscp -q -a -D there source "localhost:$PWD/target" || exit
            verify
            echo b > target/source/a
            verify
            """)).Is(0).Prints("0\nsource/a: differs at the target\n1\n");
}
