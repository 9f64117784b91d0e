namespace EndToEnd.Tests.Ytar;

/// <summary>Trees that arrive.</summary>
public sealed class CopyTests : TreeTest
{
    private const string Entries = """
        mkdir -p src/empty src/deep/a/b src/closed
        printf 'some text' > src/file
        : > src/nothing
        head -c 1000000 /dev/urandom > src/deep/a/b/data
        ln src/file src/deep/hard
        ln -s ../file src/deep/link
        ln -s /nowhere/at/all src/dangling
        mkfifo src/fifo
        truncate -s 50M src/holes
        printf x | dd of=src/holes bs=1 seek=20000000 conv=notrunc status=none
        echo x > 'src/ a $name with '\''all" * of it; '
        echo x > src/$'new\nline'
        echo x > src/-rf
        echo x > src/$'\377\376 no utf-8'
        echo x > "src/$(printf 'q%.0s' $(seq 250))"
        touch -d '1999-12-31 23:59:59.123456789' src/file src/empty
        chmod 1777 src/empty
        chmod 4751 src/nothing
        chmod 555 src/closed
        chmod 750 src

        """;

    private const string EntriesOfRoot = """
        mknod src/null c 1 3
        mknod src/loop b 7 200
        chown 12345:54321 src/nothing
        chown -h 777:888 src/dangling
        setfattr -n user.colour -v $'a\nb' src/deep
        setfacl -m u:4321:r src/file
        setcap cap_net_raw+ep src/deep/a/b/data 2> /dev/null || true

        """;

    [Cases]
    [BothWays]
    public async Task A_tree_gets_there_and_back(Far far) =>
        (await RunHere($"""
            {Entries}
            ytar src "$(there dst)"
            ytar "$(there dst)" back
            diff <(look src) <(look dst)
            diff <(look src) <(look back)
            test $(du -k dst/holes | cut -f1) -lt 1000
            kept back dst src
            """, far)).Is(0);

    [Case(Needs.Sshd)]
    public async Task It_does_without_a_standard_error() =>
        (await RunHere("""
            make src one
            ytar src "$(there dst)" 2>&-
            ytar "$(there dst)" back 2>&-
            diff <(look src) <(look back)
            kept back dst src
            """)).Is(0);

    [Case(Needs.Sshd, Needs.Root, "setfattr", "setfacl")]
    public async Task Root_keeps_owners_devices_attributes_and_access_lists() =>
        (await RunHere($"""
            {Entries}
            {EntriesOfRoot}
            ytar src "$(there dst)"
            ytar "$(there dst)" back
            diff <(look src) <(look dst)
            diff <(look src) <(look back)
            getfacl -p dst/file | grep 4321
            getfattr -n user.colour dst/deep
            """)).Is(0);

    [Cases]
    [BothWays]
    public async Task A_tree_that_is_there_is_replaced_as_a_whole(Far far) =>
        (await RunHere("""
            make src new
            make dst old
            echo x > dst/only-old
            mkdir dst/shut
            chmod 555 dst/shut
            ytar src "$(there dst)"
            diff <(look src) <(look dst)
            kept dst src
            make src newer
            ytar "$(there src)" dst
            diff <(look src) <(look dst)
            kept dst src
            """, far)).Is(0);

    [Case(Needs.Sshd, "perl")]
    public async Task Whoever_looks_at_the_target_sees_the_old_tree_or_the_new_one() =>
        (await RunHere("""
            make old old
            make new new
            cp -a old dst
            (while [ ! -e stop ]; do cat dst/file; done > seen 2> missing) &
            for _ in 1 2 3; do
              ytar new "$(there dst)"
              ytar old "$(there dst)"
            done
            touch stop
            wait
            test "$(sort -u seen | tr '\n' ' ')" = 'new old ' || { sort seen | uniq -c >&2; exit 1; }
            test "$(grep -vc 'Stale\|No such' missing)" = 0
            test "$(wc -l < missing)" -le 6 # a look that found the directory just before it was exchanged
            """)).Is(0);

    [Case(Needs.Sshd)]
    public async Task Without_a_tool_that_exchanges_the_old_tree_is_moved_aside() =>
        (await RunHere("""
            mkdir ../few
            for tool in sh bash mkdir tar gzip mktemp flock chmod rm cat dirname readlink id sync setsid sleep umask printf true; do
              path=$(type -P $tool) && ln -s "$path" ../few/$tool
            done
            printf '#!/bin/sh\ncase $* in *exchange*) exit 1 ;; esac\nexec /bin/mv "$@"\n' > ../few/mv
            chmod +x ../few/mv
            make src new
            make dst old
            ytar -prefix "PATH=$(cd ..; pwd)/few:$(dirname "$(type -P dmscp)"); export PATH" src "$(there dst)"
            diff <(look src) <(look dst)
            kept dst src
            """)).Is(0);

    [Case(Needs.Sshd)]
    public async Task Names_are_taken_as_they_are() =>
        (await RunHere("""
            d="$(printf 'it'\''s "a" $dir\nwith `all` of it; \\ *')"
            mkdir -- "$d" "$d/-target" -- -src
            echo x > ./-src/file
            ytar -- -src "$(there "$d/-target/-t ~ *")"
            cmp ./-src/file "$d/-target/-t ~ */file"
            cd "$d"
            ytar "$(there "$d/-target/-t ~ *")" ./a:b
            cmp ../-src/file a:b/file
            ytar "$(there "$d/-target/-t ~ *")/" ./
            cmp ../-src/file "./-t ~ */file"
            """)).Is(0);

    [Case(Needs.Sshd, Needs.Root, "bash")]
    public async Task A_relative_name_starts_in_the_home_directory_there()
    {
        var account = Lab.Shared.Account("bash", "ytar");
        (await RunHere($"""
            make src x
            ytar src {account.Name}@HOST:
            ytar src {account.Name}@HOST:~/other
            ls {account.Home}/src/file {account.Home}/other/sub/data
            ytar {account.Name}@HOST:~/other back
            diff -r src back
            """)).Is(0);
    }

    [Case(Needs.Sshd)]
    public async Task A_link_to_a_directory_stays_and_what_it_leads_to_is_replaced() =>
        (await RunHere("""
            make src new
            make v1 old
            ln -s v1 current
            ytar src "$(there current)"
            test "$(readlink current)" = v1
            diff <(look src) <(look v1)
            kept current src v1
            """)).Is(0);

    [Cases(Needs.Sshd, "zstd")]
    [InlineData("-z")]
    [InlineData("--zstd")]
    [InlineData("--encrypt")]
    [InlineData("-connect ssh")]
    [InlineData("--plain")]
    public async Task However_the_stream_travels_the_tree_is_the_same(string options) =>
        (await RunHere($"""
            make src x
            ytar {options} src "$(there dst)"
            ytar {options} "$(there dst)" back
            diff -r --no-dereference src back
            kept back dst src
            """)).Is(0);

    [Cases(Needs.Sshd, "zstd")]
    [InlineData("", "x -f -")]
    [InlineData("-z", "xz -f -")]
    [InlineData("--zstd", "x --zstd -f -")]
    public async Task A_tar_is_stored_as_a_file_and_unpacked_from_it(string options, string tar) =>
        (await RunHere($"""
            make src x
            mkdir by-tar
            ytar {options} --to-file src "$(there stored)"
            tar -{tar} -C by-tar < stored
            diff <(look src) <(look by-tar)
            ytar {options} --to-file "$(there src)" fetched
            ytar {options} --from-file "$(there stored)" dst
            ytar {options} --from-file --exclude data fetched "$(there some)"
            diff <(look src) <(look dst)
            test -e some/file -a ! -e some/sub/data
            kept by-tar dst fetched some src stored
            """)).Is(0);

    [Case(Needs.Sshd)]
    public async Task What_is_excluded_is_left_out() =>
        (await RunHere("""
            mkdir -p src/build src/a/build 'src/a b'
            touch src/x.o src/a/y.o src/build/z src/a/build/z 'src/a b/z' src/kept
            ytar --exclude '*.o' --exclude ./build --exclude='a b' src "$(there dst)"
            test "$(cd dst && find . | sort | tr '\n' ' ')" = '. ./a ./a/build ./a/build/z ./kept '
            """)).Is(0);

    [Case(Needs.Mount)]
    public async Task Another_file_system_is_left_out_if_asked_for() =>
        (await Run("""
            set -e
            mkdir -p src/mounted
            unshare -m sh -ec 'mount -t tmpfs none src/mounted
              touch src/file src/mounted/inside
              ytar -e local src x:"$PWD/all"
              ytar -e local --one-file-system src x:"$PWD/one"'
            test -e all/mounted/inside -a -e one/file -a -d one/mounted -a ! -e one/mounted/inside
            """)).Is(0);

    [Case(Needs.Sshd)]
    public async Task The_printed_plan_does_the_same() =>
        (await RunHere("""
            make src "it's"
            ytar -print-plan src "$(there dst)" > line
            . ./line
            diff <(look src) <(look dst)
            """)).Is(0);
}
