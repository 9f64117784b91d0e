namespace EndToEnd.Tests.Sessions;

/// <summary>A host without OpenSSL: what needs it says so before anything is started, all else works.</summary>
public sealed class OpenSslTests : CopyTest
{
    // far: a remote shell to a host without libssl; bare: runs a command on such a host; out: a remote shell from there to one that has it.
    private const string Setup = """
        set -e
        cat > bare << 'END'
        #!/bin/bash
        exec unshare -m bash -c 'for one in /usr/lib/*/libssl.so.*; do [ ! -f "$one" ] || mount --bind /dev/null "$(readlink -f "$one")"; done; exec "$@"' bare "$@"
        END
        printf '#!/bin/bash\nexec ./bare sh -c "${@: -1}"\n' > far
        printf '#!/bin/bash\nexec nsenter -t %s -m sh -c "${@: -1}"\n' $$ > out
        chmod +x bare far out
        head -c 3000000 /dev/urandom > large
        head -c 1000 large > small
        fails() { local status=0; "$@" 2> words || status=$?; cat words >&2; test "$status" = 3; grep -q 'OpenSSL (libssl) is missing' words; test "$(grep -c error: words)" = 1; }

        """;

    [Cases(Needs.Mount)]
    [InlineData("dmscp -w -e ./far -R 'touch started; cat' -l large", "command")]
    [InlineData("dmscp -w -e ./far -l large -d $PWD -f started", "file")]
    [InlineData("dmscp -r -e ./far -d $PWD -f large -l started", "file back")]
    [InlineData("dmscp -r -e ./far -R 'touch started; cat large' -l null:", "command back")]
    [InlineData("dmscp -w -e ./far -tree -l large -f $PWD/started", "tree")]
    [InlineData("dmscp -w -e ./far -encrypt -l large -d $PWD -f started", "encrypted")]
    [InlineData("./bare dmscp -w -e local -R 'touch started; cat' -l large", "missing here")]
    [InlineData("./bare dmscp -r -e local -d $PWD -f large -l started", "missing here, back")]
    [InlineData("./bare dmscp -w -e ./far -bootstrap -l small -d $PWD -f started", "to bring the program along")]
    [InlineData("./bare yarchive put -e local $PWD/started", "archive")]
    public async Task What_needs_it_says_so_and_starts_nothing(string command, string what) =>
        (await Run($$"""
            {{Setup}}
            fails {{command}} < small
            test ! -e started || { echo "{{what}}" >&2; false; }
            """)).Is(0);

    [Cases(Needs.Mount)]
    [InlineData("./bare dolly -I large -O $PWD/started -H n1 --launch ./out", 1)]
    [InlineData("./bare dolly -I small -O $PWD/started -H n1 --launch ./out", 1)]
    [InlineData("dolly -I small -O $PWD/started -H n1 --launch ./far", 1)]
    [InlineData("./bare dccli --launch ./out large h1:$PWD/started", 3)]
    [InlineData("./bare lazyclone --launch ./out h1:$PWD/large copy", 3)]
    public async Task Chains_fan_outs_and_clones_say_so_too(string command, int status) =>
        (await Run($$"""
            {{Setup}}
            status=0
            {{command}} < small || status=$?
            test ! -e started
            exit $status
            """)).Is(status).Says("error: ", "OpenSSL (libssl) is missing");

    [Cases(Needs.Mount)]
    [InlineData("-l small -connect auto")]
    [InlineData("-l large -connect ssh")]
    public async Task What_stays_within_the_control_channel_needs_none(string words) =>
        (await Run($$"""
            {{Setup}}
            words='{{words}}'
            ./bare dmscp -w -e ./far $words -d $PWD -f there
            ./bare dmscp -r -e ./far ${words/-l/-f} -d $PWD -l back
            file=${words#-l }; file=${file%% *}
            cmp $file there; cmp $file back
            """)).Is(0);

    [Case(Needs.Mount)]
    public async Task The_installer_says_so_and_installs_nothing() =>
        (await Run($$"""
            {{Setup}}
            status=0
            ./bare sh '{{Repository.Checkout.ProgramDirectory}}/../install.sh' "$PWD/prefix" || status=$?
            test "$status" = 1 -a ! -e prefix/bin/dmscp
            """)).Is(0).Says("OpenSSL (libssl)");
}
