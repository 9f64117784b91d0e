namespace Pipe.Engine;

/// <summary>
/// The shell script that starts the server on a host that may lack the program, and reads the program from its input in that case. See
/// <see cref="Bootstrap"/> for the lines that it prints.
/// </summary>
internal static class BootstrapLine
{
    /// <summary>Prefix of the script's lines, which tells them from other output of the login shell.</summary>
    public const string Mark = "PIPE-START ";

    // A program is touched when it is started: one that has not been touched for long is not in use.
    // The folder is cleaned before a failure is reported, so nothing is left when the client ends.
    // Single-quoted, which means the same in every shell as long as the text has no quotes, newlines, backslashes or !.
    private const string Script = """
        PATH="$PATH:$HOME/.local/bin"; export PATH;
        d="${XDG_CACHE_HOME:-$HOME/.cache}/pipe/@NAME@"; p="$d/pipe"; t="";
        say() { echo "@MARK@$*"; };
        fail() { clean; say "failed $*"; exit 1; };
        clean() { [ -z "$t" ] || rm -f "$t"; rmdir "$d" 2> /dev/null; };
        start() { say here; exec "$@" @OPTION@; };
        sweep() {
        for o in "${d%/*}"/*-*/pipe; do
        if [ "$(find "$o" -type f -atime +30 2> /dev/null)" = "$o" ]; then rm -f "$o" && rmdir "${o%/*}"; fi;
        done 2> /dev/null; };
        sum() {
        if command -v sha256sum > /dev/null; then sha256sum;
        elif command -v openssl > /dev/null; then openssl dgst -sha256;
        elif command -v busybox > /dev/null; then busybox sha256sum;
        else echo none; fi; };
        try() { if [ -x "$p" ] && [ "$(wc -c < "$p")" -eq "$1" ]; then touch -ac "$p" 2> /dev/null; start "$p" dmscp; fi; };
        try @SIZE@;
        if command -v dmscp > /dev/null; then start dmscp; fi;
        say "need $(uname -s) $(uname -m)";
        read -r answer name size digest && [ "$answer" = go ] || exit 127;
        d="${d%/*}/$name"; p="$d/pipe"; try "$size";
        u="$(umask)"; umask 077; trap clean EXIT; trap "exit 1" HUP INT TERM PIPE;
        mkdir -p "$d" 2> /dev/null && chmod 700 "$d" || fail "cannot make $d";
        t="$(mktemp "$d/.new.XXXXXX" 2> /dev/null)" || fail "cannot write into $d";
        echo : > "$t" && chmod 700 "$t" || fail "cannot write into $d";
        "$t" 2> /dev/null || fail "programs cannot be started from $d";
        say ready;
        head -c "$size" > "$t" || fail "cannot write $t";
        [ "$(wc -c < "$t")" -eq "$size" ] || fail "only $(wc -c < "$t") bytes of $size arrived";
        case "$(sum < "$t")" in *"$digest"* | none) ;; *) fail "the data that arrived differ from those sent" ;; esac;
        said="$("$t" dmscp -version 2>&1)" || fail "it does not start: exit status $?: $said";
        mv -f "$t" "$p" || fail "cannot write $p";
        t=""; trap - EXIT HUP INT TERM PIPE; umask "$u"; sweep; start "$p" dmscp
        """;

    /// <param name="program">The program to start, and to install.</param>
    /// <param name="option">The option that makes the program a server.</param>
    public static string Of(OwnProgram program, string option = "-server")
    {
        var script = Script
            .Replace("@OPTION@", option, StringComparison.Ordinal)
            .Replace("@NAME@", program.Name, StringComparison.Ordinal)
            .Replace("@MARK@", Mark, StringComparison.Ordinal)
            .Replace("@SIZE@", $"{program.Size}", StringComparison.Ordinal)
            .ReplaceLineEndings(" ");
        return $"exec /bin/sh -c '{script}'";
    }
}
