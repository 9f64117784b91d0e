namespace EndToEnd.Tests.Trees;

/// <summary>The same tree by scp and by us: names, bytes and modes; with -p the times as well.</summary>
public sealed class ScpTests : TreeTest
{
    /// <summary>The older protocol sets what it creates to the source's bits without the umask, as cp does; sftp differs.</summary>
    private const string Legacy = "-O";

    private static readonly string Made = Kinds.Make("source", Kinds.Plain)
        + "echo x > source/f; chmod 4755 source/f; ln -s f source/link; mkdir source/d; chmod 1755 source/d\n";

    public ScpTests() => MayLeaveTemporaryFiles = true;

    [Cases(Needs.Root, Needs.Sshd, "scp")]
    [InlineData("022")]
    [InlineData("077")]
    [InlineData("002")]
    public async Task Without_preserve_it_is_scp_r(string umask) =>
        (await RunTree($"""
            set -e
            {Made}
            mkdir there back there.scp back.scp
            umask {umask}
            tree -w -recurse -l source -f "$PWD/there"
            scp -q -F "$SSH_CONFIG" {Legacy} -r source "HOST:$PWD/there.scp"
            tree -r -recurse -f "$PWD/source" -l back
            scp -q -F "$SSH_CONFIG" {Legacy} -r "HOST:$PWD/source" back.scp
            diff -a <(modes there.scp) <(modes there)
            diff -a <(modes back.scp) <(modes back)
            """, Far.Ssh)).Is(0).Prints("");

    [Cases(Needs.Root, Needs.Sshd, "scp")]
    [InlineData("-O")]
    [InlineData("")]
    public async Task With_preserve_it_is_scp_rp_but_for_setuid_and_setgid(string protocol) =>
        (await RunTree($"""
            set -e
            {Made}
            mkdir there back there.scp back.scp
            tree -w -recurse -preserve -l source -f "$PWD/there"
            tree -r -recurse -preserve -f "$PWD/source" -l back
            # The older protocol keeps these and not the sticky bit.
            chmod 755 source/f; [ -z "{protocol}" ] || chmod 755 there/source/d back/source/d source/d
            scp -q -F "$SSH_CONFIG" {protocol} -rp source "HOST:$PWD/there.scp"
            scp -q -F "$SSH_CONFIG" {protocol} -rp "HOST:$PWD/source" back.scp
            diff -a <(modes there.scp times) <(modes there times)
            diff -a <(modes back.scp times) <(modes back times)
            """, Far.Ssh)).Is(0).Prints("");

    [Case(Needs.Root, Needs.Sshd, "scp")]
    public async Task What_scp_stumbles_over_is_named_and_the_rest_is_there()
    {
        const string made = "mkdir source; echo x > source/f; ln -s nowhere source/dangling; mkfifo source/fifo; ln -s self source/self";
        (await RunTree($"""
            {made}; mkdir there there.scp
            scp -q -F "$SSH_CONFIG" -r source "HOST:$PWD/there.scp" 2> /dev/null; echo $?
            tree -w -recurse -l source -f "$PWD/there"; echo $?
            diff -a <(modes there.scp) <(modes there)
            """, Far.Ssh)).Is(0).Prints("1\n1\n").Says("source/dangling", "source/fifo: not a regular file", "source/self");
    }
}
