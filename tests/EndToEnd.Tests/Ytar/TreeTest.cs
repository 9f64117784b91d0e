namespace EndToEnd.Tests.Ytar;

/// <summary>
/// A test that runs ytar in both directions. In a script, <c>there NAME</c> and <c>here NAME</c> print names in the test's directory;
/// <c>look DIR</c> prints all that a tree has, so that two trees can be compared as text; <c>kept</c> wants just these entries to be here.
/// </summary>
public abstract class TreeTest : CopyTest
{
    private const string Words = """
        set -e
        at=$PWD
        if [ -n "$REMOTE_SHELL" ]; then ytar() { command ytar -e local "$@"; }; else ytar() { command ytar -F "$SSH_CONFIG" "$@"; }; fi
        there() { printf 'HOST:%s/%s' "$at" "$1"; }
        look() {
          (cd "$1" && find . -printf '%P|%y|%m|%U|%G|%n|%l|%T@|' \( -type f -printf '%s|' -o -printf '|' \) -printf '\0' | sort -z | tr '\0\n' '\n?'
            find . -type f -print0 | sort -z | xargs -0r sha256sum
            find . \( -type b -o -type c \) -exec stat -c '%n %t %T' {} + | sort
            find . ! -type l -print0 | sort -z | xargs -0r getfattr -h -d -m - --absolute-names 2> /dev/null || true)
        }
        kept() { test "$(ls -A "$at" | sort | tr '\n' ' ')" = "$* " || { ls -A "$at" >&2; return 1; }; }
        soon() { for _ in $(seq 200); do ! "$@" 2> /dev/null || return 0; sleep 0.1; done; "$@"; }
        make() {
          mkdir -p "$1/sub"
          echo "$2" > "$1/file"
          head -c 300000 /dev/urandom > "$1/sub/data"
          ln -sfn file "$1/link"
        }

        """;

    private protected Task<Result> RunHere(string script, Far far = Far.Ssh) => Run(In(script, far), far);

    private protected Running StartHere(string script, Far far = Far.Ssh) => Start(In(script, far), far);

    /// <summary>A directory prepended to PATH, here and, with -prefix "$tars", there, in which tar is this script.</summary>
    private protected static string FakeTar(string text) => $$"""
        mkdir fake
        cat > fake/tar << 'END'
        #!/bin/sh
        {{text}}
        END
        chmod +x fake/tar
        mv fake ../fake
        tars="PATH=$(cd .. && pwd)/fake:\$PATH; export PATH"

        """;

    private protected static string In(string script, Far far) => $"REMOTE_SHELL={(far == Far.Local ? "local" : "")}\n{Words}{script}";
}
