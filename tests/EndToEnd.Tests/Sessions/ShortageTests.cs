namespace EndToEnd.Tests.Sessions;

/// <summary>The process may have too few files, threads or bytes: it says so in a line, and does not die with a trace of its stack.</summary>
public sealed class ShortageTests : CopyTest
{
    /// <summary><c>one COMMAND...</c>: runs it and checks that it ends well, or says why in lines of our programs and exits with 1, 70 or 255.</summary>
    private const string One = """
        export HOME=/
        head -c 3000000 /dev/urandom > source; chmod 644 source; mkdir t; chmod 777 t
        one() {
          timeout 60 "$@" < /dev/null > out 2>&1; status=$?
          case $status in 0) return ;; 1 | 70 | 255) ;; *) echo "status $status" ;; esac
          grep -v -e '^[a-z]*: ' out && echo "status $status: that was no message"
          [ "$(grep -c 'error: ' out)" -ge 1 ] || echo "status $status without a word"
          ! grep -e 'internal error' -e 'Unhandled' -e '   at ' out
        }

        """;

    [Cases(Needs.Root, "setpriv")]
    [InlineData("6 8 10 12")]
    [InlineData("15 20 25 30")]
    [InlineData("35 40 45 60")]
    public async Task Of_processes_and_threads(string limits) =>
        (await Run($$"""
            {{One}}
            chmod 777 .; for n in {{limits}}; do rm -f out; ( ulimit -u $n; one setpriv --reuid $((60000 + RANDOM % 5000)) --regid 65534 --clear-groups yscp -D x source h:"$PWD/t/there" ); done
            """)).Prints("");

    [Cases]
    [InlineData("20 22 24 28 32 40 64")]
    public async Task Of_open_files(string limits) =>
        (await Run($$"""
            {{One}}
            for n in {{limits}}; do ( ulimit -n $n; one yscp -D x source h:"$PWD/t/there" ); done
            """)).Prints("");

    [Case]
    public async Task Of_bytes_in_a_file() =>
        (await Run("""
            head -c 3000000 /dev/urandom > source; mkdir t
            ulimit -f 2000; yscp -D x source h:"$PWD/t/there"; echo $?; dmscp -r -e local -d "$PWD" -f source -l t/here; echo $?; ls -A t
            dmscp -w -e local -l source -d "$PWD" -R 'cat > piped'; echo $?; mkdir tree; ln source tree/; ytar -e local tree h:"$PWD/unpacked"; echo $?
            """)).Prints("1\n1\n8\n8\n").Says(
                "there: file too large (ulimit -f is 2000)", "t/here: file too large (ulimit -f is 2000)", "cat > piped (ulimit -f is 2000)", "File size limit exceeded (ulimit -f is 2000)");

    /// <summary>Too few for any copy: each program reports the limit in one line before it does anything.</summary>
    [Case]
    public async Task Of_open_files_for_any_copy() =>
        (await Run("""
            echo f > f; mkdir d t
            few() { (ulimit -n "$n"; "$@") > out 2>&1 < /dev/null; echo "$? $(grep -c "^$1: error: .* -n $n\$" out) $(grep -c 'error: ' out)"; }
            for n in 12 16; do
              few dmscp -w -e local -l f -d "$PWD/t" -f f
              few yscp -D x f h:"$PWD/t"
              few ytar -e local d h:"$PWD/t/"
              few yarchive put -e local h:"$PWD/t/a"
              few dccli --launch local f h:"$PWD/t"
              few dolly --launch local -I f -O "$PWD/t/f" -H h
              few lazyclone f t/f
            done | sort | uniq -c | tr -s ' '; ls -A t
            """)).Prints(" 14 1 1 1\n");

    /// <summary>A limit that is enough for some copies only.</summary>
    [Case]
    public async Task Of_open_files_for_a_command() =>
        (await Run("""
            mkdir d; echo f > d/f
            for n in 22 23 24 25 26 28; do (ulimit -n $n; rm -rf t; ytar -e local d h:"$PWD/t" > out 2>&1 || grep -q "ulimit -n is $n)\|-n $n\$" out || cat out); done
            """)).Prints("");

    [Case(Needs.Mount)]
    public async Task Of_proc() =>
        (await RunWithMounts("""
            echo f > f; mkdir d t; echo f > d/f; umount -l /proc; yscp --version
            with() { "$@" > out 2>&1 || { status=$?; [ $status = 1 ] && grep -q "^$1: error: .*/proc/self" out || { echo "$1 $status"; cat out; }; }; }
            with dmscp -w -e local -l f -d "$PWD/t" -f f
            with yscp -D x f h:"$PWD/t/g"
            with yscp -a -D x d h:"$PWD/t/h"
            with dolly --launch local -I f -O "$PWD/t/i" -H h
            with yarchive put -e local h:"$PWD/t/j" < f
            dmscp -w -e local -l f -d "$PWD/t" -f f; echo $?; rm -f t/.i.pipe-part
            """)).Is(0).Says("dmscp: error: local: /proc/self/fd: no such file or directory\n", "hint: this program needs /proc").Prints("yscp (Pipe) 0.1.0\n1\n");

    [Case]
    public async Task A_child_gets_the_usual_signals() =>
        (await Run("dmscp -w -e local -L 'grep SigIgn: /proc/self/status' -d \"$PWD\" -f there; echo $((0x$(awk '{ print $2 }' there) & 0x1001000))")).Is(0).Prints("0\n");
}
