namespace EndToEnd.Tests.BadInput;

/// <summary>A command line that a shell could interpret, or that has no meaning: exit status 2, and nothing has been started.</summary>
public sealed class CommandLineTests : HostileTest
{
    private const string WithFakeSsh = """
        mkdir fake
        printf '#!/bin/sh\ntouch "%s/started"\nexit 255\n' "$PWD" > fake/ssh
        chmod +x fake/ssh
        PATH=$PWD/fake:$PATH
        refused() {
          dmscp -w -l pattern:1 -f f "$@" 2> error
          status=$?
          cat error >&2
          [ $status = 2 ] && [ "$(grep -c '^dmscp: error: -' error)" = 1 ] && [ ! -e started ] && ! LC_ALL=C grep -q '[[:cntrl:]]' error ||
            { printf 'status %s: %q\n' $status "$*"; exit 99; }
        }

        """;

    [Case]
    public async Task A_host_or_user_that_a_shell_could_act_on_is_refused_before_anything_is_started() =>
        (await Run(WithFakeSsh + """
            for bad in -oProxyCommand=touch\ x -x '' \' \" \` \$ \\ \; \& \< \> \| \( \) \{ \} % ' ' $'\t' $'\n' $'\r' $'\e' $'\x7f' $'\u0085'; do
              case $bad in
                -*|'') refused -s "$bad" && refused -s h -u "$bad" ;;
                *'\'*) refused -s "a${bad}b" ;; # a domain's user has one
                *) refused -s "a${bad}b" && refused -s h -u "a${bad}b" ;;
              esac
            done
            refused -s h -u 'DOMAIN\'
            refused -s h -data-host '-x'
            refused -s h -data-host '$(id)'
            """)).Is(0);

    [Case]
    public async Task A_name_longer_than_any_is_refused_before_anything_is_started() =>
        (await Run(WithFakeSsh + """
            long=$(printf 'a%.0s' {1..256})
            refused -s "$long"
            refused -s h -u "$long"
            refused -s h -data-host "$long"
            """)).Is(0);

    [Case]
    public async Task A_number_that_makes_no_sense_is_refused_before_anything_is_started() =>
        (await Run(WithFakeSsh + """
            while read -r option value; do
              refused -s h "$option" "$value"
            done << 'END'
            -streams 0
            -streams 65
            -streams -1
            -streams 99999999999999999999
            -timeout 0
            -timeout -1
            -timeout 31536001
            -timeout 1e9
            -wsz 0
            -wsz 2g
            -wsz -4k
            -rate 0
            -rate 9223372036854775808
            -rate 9223372036854775807k
            -P 0
            -P 65536
            -p 65536
            -p 2-1
            -p 1-
            -connect sideways
            END
            refused -s h -l pattern:0
            refused -s h -l pattern:9223372036854775808
            refused -s h -l pattern:9223372036854775807t
            """)).Is(0);

    [Case]
    public async Task An_ssh_that_is_not_asked_for_its_own_options_gets_none_from_a_host_name() =>
        (await Run("""
            mkdir fake
            printf '#!/bin/sh\nprintf "%%s\\n" "$@" > "%s/words"\nexit 255\n' "$PWD" > fake/ssh
            chmod +x fake/ssh
            PATH=$PWD/fake:$PATH dmscp -w -l pattern:1 -f f -s 'user@host' -u other 2> error
            grep -B 1 -x 'user@host' words | head -n 1
            """)).Is(0).Prints("--\n");
}
