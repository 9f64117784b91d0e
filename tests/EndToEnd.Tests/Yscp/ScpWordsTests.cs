namespace EndToEnd.Tests.Yscp;

/// <summary>Command lines that scp interprets in its own way; some are run beside scp.</summary>
public sealed class ScpWordsTests : CopyTest
{
    /// <summary><c>both ARGUMENT...</c>: runs scp in s and yscp in y, and says where exit status or result differ.</summary>
    private const string Both = """
        mkdir s y remote; mkdir -p remote/d/e remote/d/g
        echo 1 > remote/d/e/f1; echo 2 > remote/d/e/f2; echo f > remote/f; ln -s loop remote/loop
        mkdir -p s/d/e s/d/g; echo f > s/f; ln -s loop s/loop; cp -r s/. y
        H=HOST:$PWD
        tree() { (cd "$1" && find . -printf '%y %p\n' | LC_ALL=C sort); }
        both() {
          (cd s; timeout 30 scp -q -F "$SSH_CONFIG" "${@//@/s}" < /dev/null 2> ../s.said); s=$?
          (cd y; timeout 30 yscp -q -F "$SSH_CONFIG" "${@//@/y}" < /dev/null 2> ../y.said); y=$?
          [ "$s" = "$y" ] || { echo "$*: scp $s, yscp $y"; cat s.said y.said; }
          diff <(tree s) <(tree y)
        }

        """;

    [Cases(Needs.Root, Needs.Sshd, "scp")]
    [InlineData("'HOST:'$PWD/remote/d/e/'*' new")]
    [InlineData("'HOST:'$PWD/remote/d/e/'f?' new")]
    [InlineData("'HOST:'$PWD/remote/d/e/'*1' new")]
    [InlineData("-r 'HOST:'$PWD/remote/'d*' new")]
    [InlineData("-r 'HOST:'$PWD/remote/d/'[eg]' new")]
    [InlineData("'HOST:'$PWD/remote/d/e/'none*' new")]
    [InlineData("-r d/e/.. $H/@/up")]
    [InlineData("-r $H/remote/d/e/.. up")]
    [InlineData("-r f $H/@/no/")]
    [InlineData("f $H/@/no/")]
    [InlineData("f/ $H/@/x")]
    [InlineData("-r f/ $H/@/x")]
    [InlineData("$H/remote/f/ x")]
    [InlineData("-r $H/remote/f/ x")]
    [InlineData("f d/e $H/@/f")]
    [InlineData("f loop $H/@/missing/below")]
    [InlineData("f 'HOST:~nosuch/x'")]
    [InlineData("'HOST:~nosuch/x' x")]
    [InlineData("loop $H/@/x")]
    [InlineData("$H/remote/loop x")]
    public async Task It_ends_as_with_scp(string arguments) => (await Run($"{Both}both {arguments}")).Is(0).Prints("");

    [Cases]
    [InlineData("'h:'$PWD/remote/d/e/'*' new", "d new f new/f1 1 f new/f2 2 ")]
    [InlineData("'h:'$PWD/remote/d/e/'*1' new", "f new 1 ")]
    [InlineData("-r 'h:'$PWD/remote/'d*' new", "d new d new/e f new/e/f1 1 f new/e/f2 2 d new/g ")]
    [InlineData("-r 'h:'$PWD/remote/d/'[eg]' new", "d new d new/e f new/e/f1 1 f new/e/f2 2 d new/g ")]
    [InlineData("'h:'$PWD/remote/d/e/'{f1,f2}' new", "d new f new/f1 1 f new/f2 2 ")]
    public async Task Several_matches_make_the_directory_and_one_takes_its_name(string arguments, string found) =>
        (await Run($$"""
            mkdir -p remote/d/e remote/d/g; echo 1 > remote/d/e/f1; echo 2 > remote/d/e/f2; chmod 640 remote/d/e/f1
            yscp -D x {{arguments}} || exit
            find new | LC_ALL=C sort | while read -r name; do if [ -d "$name" ]; then printf 'd %s ' "$name"; else printf 'f %s %s ' "$name" "$(cat "$name")"; fi; done
            """)).Is(0).Prints(found);

    [Case]
    public async Task A_pattern_whose_files_fail_leaves_no_directory() =>
        (await Run("mkdir remote; yscp -D x \"h:$PWD/remote/*\" new; echo $?; ls -A")).Prints("1\nremote\n").Says("no such file");

    [Case]
    public async Task A_file_through_a_far_end_onto_itself_stays() =>
        (await Run("echo f > f; yscp -D x f h:\"$PWD/f\"; echo $?; yscp -D x h:\"$PWD/f\" f; echo $?; cat f; mkdir d; yscp -r -D x d h:\"$PWD\" 2> /dev/null; echo $?")).Prints("0\n0\nf\n1\n");

    [Cases(Needs.Sshd)]
    [InlineData("SessionType none")]
    [InlineData("StdinNull yes")]
    [InlineData("ForkAfterAuthentication yes")]
    public async Task An_ssh_configuration_for_tunnels_does_no_harm(string line) =>
        (await Run($"echo f > f; cp \"$SSH_CONFIG\" tunnel; sed -i '/^Host \\*/a\\  {line}' tunnel; yscp -F tunnel f HOST:\"$PWD/there\" && cat there")).Is(0).Prints("f\n");

    [Cases]
    [InlineData("'DOM\\user@h:x'", "-l DOM\\user --|-- h")]
    [InlineData("'[fe80::1%eth0]:x'", "-- fe80::1%eth0")]
    public async Task Names_that_ssh_takes_go_to_ssh(string target, string words)
    {
        var result = await Run($"mkdir bin; printf '#!/bin/sh\\necho \"$@\" >&2\\nexit 255\\n' > bin/ssh; chmod +x bin/ssh; echo f > f; PATH=$PWD/bin:$PATH yscp f {target}");
        result.Is(255);
        foreach (var part in words.Split('|'))
        {
            Assert.Contains(part.Replace(" --", "", StringComparison.Ordinal), result.Error, StringComparison.Ordinal);
        }
    }

    [Case(Needs.Root, "setpriv")]
    public async Task A_pattern_in_a_directory_that_may_not_be_listed_is_denied() =>
        (await Run("""
            mkdir closed to; echo 1 > closed/f; chmod 711 closed; chmod 777 to; export HOME=/
            setpriv --reuid 65534 --regid 65534 --clear-groups yscp -D x "h:$PWD/closed/*" to; echo $?
            """)).Prints("1\n").Says("closed: permission denied");

    [Cases]
    [InlineData("$(touch done)")]
    [InlineData("`touch done`")]
    [InlineData("> done")]
    [InlineData("; touch done")]
    [InlineData("$HOME *")]
    public async Task A_launch_command_is_split_and_not_expanded(string word)
    {
        var result = await Run($$"""
            printf '#!/bin/bash\nprintf "%%s\\n" "$@" > words; exec "${@: -3}"\n' > launch; chmod +x launch; echo f > f
            dmscp -w -e './launch {{word}}' -l f -d "$PWD" -f there || exit; cat there; test ! -e done; sed '/^\/bin\/sh$/,$d' words | tr '\n' ' '
            """);
        result.Is(0).Prints($"f\n{word} ");
    }
}
