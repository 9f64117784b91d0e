namespace EndToEnd.Tests.Ytar;

/// <summary>A bsdtar and the tar of a busybox, at one end or both.</summary>
public sealed class OtherTarTests : TreeTest
{
    private const string Tars = """
        mkdir -p ../gnu ../bsd ../box
        ln -s "$(type -P tar)" ../gnu/tar
        ln -s "$(type -P bsdtar)" ../bsd/tar
        ln -s "$(type -P busybox)" ../box/tar
        use() {
          local at=$(cd ..; pwd)
          PATH=$at/$1:$PATH
          prefix="PATH=$at/$2:\$PATH; export PATH"
        }
        make src new
        make dst old
        echo x > src/größe
        echo x > "src/$(printf 'long%.0s' $(seq 60))"
        truncate -s 10M src/holes

        """;

    [Cases(Needs.Sshd, "bsdtar", "busybox", "zstd")]
    [InlineData("gnu", "bsd", "")]
    [InlineData("bsd", "gnu", "")]
    [InlineData("bsd", "bsd", "-z")]
    [InlineData("bsd", "gnu", "--zstd")]
    [InlineData("gnu", "bsd", "--zstd")]
    [InlineData("box", "gnu", "")]
    [InlineData("box", "bsd", "-z")]
    [InlineData("box", "box", "")]
    [InlineData("gnu", "box", "--plain")]
    [InlineData("gnu", "box", "--plain -z")]
    [InlineData("bsd", "box", "--plain")]
    public async Task Any_tar_understands_any_other(string here, string there, string options) =>
        (await RunHere($"""
            {Tars}
            use {here} {there}
            ytar {options} -prefix "$prefix" src "$(there dst)"
            diff -r --no-dereference src dst
            kept dst src
            use {there} {here}
            ytar {options} -prefix "$prefix" "$(there src)" back
            diff -r --no-dereference src back
            kept back dst src
            """)).Is(0);

    [Cases(Needs.Sshd, "bsdtar", "busybox")]
    [InlineData("gnu", "box", "", "does not understand the pax format; --plain makes the other end write another")]
    [InlineData("bsd", "box", "", "does not understand the pax format; --plain makes the other end write another")]
    [InlineData("gnu", "box", "-z", "does not understand the pax format; --plain makes the other end write another")]
    [InlineData("gnu", "box", "--zstd", "knows no zstd")]
    [InlineData("box", "gnu", "--one-file-system", "knows no --one-file-system")]
    public async Task What_a_busybox_cannot_do_is_refused(string here, string there, string options, string message) =>
        (await RunHere($"""
            {Tars}
            look dst > ../before
            use {here} {there}
            status=0; ytar {options} -prefix "$prefix" src "$(there dst)" || status=$?
            test "$status" = 8
            look dst | diff ../before -
            soon kept dst src
            """)).Is(0).Says(message);
}
