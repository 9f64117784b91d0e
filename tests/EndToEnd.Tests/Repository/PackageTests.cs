namespace EndToEnd.Tests.Repository;

/// <summary>The packages hold the program as it is shipped, and are made alike from the same sources.</summary>
public sealed class PackageTests : CopyTest
{
    private const string Setup = """
        set -e
        make() { mkdir "$1"; OUT=$PWD/$1 "$CHECKOUT/install/packages" "$staged"; }

        """;

    [Case(Needs.Whole, "dpkg-deb", "rpmbuild")]
    public async Task They_hold_the_program()
    {
        var result = await RunPackages("""
            make one > names
            (cd one && sha256sum --quiet -c SHA256SUMS)
            dpkg-deb -x one/*.deb deb; mkdir rpm; (cd rpm && rpm2cpio ../one/*.rpm | cpio -id --quiet)
            cmp deb/usr/bin/pipe "$staged/bin/pipe"; cmp rpm/usr/bin/pipe "$staged/bin/pipe"
            for tree in deb rpm; do (cd $tree && find usr/bin usr/share/man etc usr/share/bash-completion usr/share/fish '(' -type f -o -type l ')' | sort); done > files
            sort files | uniq -u
            dpkg-deb -f one/*.deb Depends Conflicts; dpkg-deb --ctrl-tarfile one/*.deb | tar -xO ./conffiles
            head -c 1000000 /dev/urandom > data; PATH=$PWD/deb/usr/bin dmscp -w -e local -l data -d "$PWD" -f copy; cmp data copy
            """);
        result.Is(0);
        Assert.Equal(["Depends: libc6 (>= 2.28), libssl3t64 | libssl3 | libssl1.1", "Conflicts: dolly", "/etc/pipe/config"], result.Output.Trim().Split('\n'));
    }

    [Case(Needs.Whole, "dpkg-deb", "rpmbuild")]
    public async Task They_are_the_same_when_made_again() => (await RunPackages("make one > names; make two > names; diff -r one two")).Is(0);

    [Case]
    public async Task A_wrong_word_or_a_missing_directory_is_an_error() =>
        (await RunPackages("""
            status=0
            for words in --arc '--arch mips' "$PWD/none" "$staged $staged"; do "$CHECKOUT/install/packages" $words || echo $?; done
            OUT=$PWD/none "$CHECKOUT/install/packages" "$staged" || echo $?
            """)).Is(0).Prints("2\n2\n1\n2\n1\n");

    [Case(Needs.Whole, "lintian", "rpmlint", "rpmbuild")]
    public async Task Their_checkers_find_nothing() =>
        (await RunPackages("""
            make one > names
            lintian --fail-on warning one/*.deb >&2
            # A signature is for those who publish it.
            rpmlint one/*.rpm | grep ': E: ' | grep -v no-signature >&2 && exit 1
            exit 0
            """)).Is(0);

    [Case(Needs.Whole, Needs.Root, Needs.Mount, "mmdebstrap", "rpm", "rpmbuild", Timeout = 600_000)]
    public async Task In_a_fresh_root_they_are_installed_used_and_removed() =>
        (await RunPackages("""
            make one > names
            apt-get indextargets --format 'deb $(REPO_URI) $(RELEASE) $(COMPONENT)' 'Created-By: Packages' 'Origin: Debian' | sort -u |
              mmdebstrap --variant=minbase --skip=check/empty --include=libssl3,openssh-client $(for file in $(grep -l ^Acquire /etc/apt/apt.conf.d/*); do echo --aptopt=$file; done) \
              "$(sed -n 's/^VERSION_CODENAME=//p' /etc/os-release)" root - > log 2>&1 || { cat log >&2; exit 1; }
            inside() { unshare -m -p -f --kill-child sh -ec 'mount -t proc proc root/proc; mount --rbind /dev root/dev; root=$1; shift; exec chroot root "$@"' sh root "$@"; }
            (cd root && find usr etc | sort) > before
            cp one/*.deb root/tmp/pipe.deb
            inside dpkg -i /tmp/pipe.deb > log
            inside /usr/share/pipe/demo > log
            echo '# mine' >> root/etc/pipe/config
            inside dpkg -i /tmp/pipe.deb > log; grep mine root/etc/pipe/config
            inside dpkg --purge pipe-transfer > log
            (cd root && find usr etc | sort) > after
            diff before after
            rpm --root "$PWD/root" --initdb; rpm --root "$PWD/root" -i --nodeps one/*.rpm
            inside dmscp -version; inside yscp --version
            rpm --root "$PWD/root" -e pipe-transfer; ls root/usr/bin | grep -c dmscp || true
            rm -rf --one-file-system root
            """, seconds: 500)).Is(0).Prints("# mine\ndmscp (Pipe) 0.1.0\nyscp (Pipe) 0.1.0\n0\n");

    private Task<Result> RunPackages(string script, int seconds = CaseAttribute.LimitSeconds) => Run($"CHECKOUT='{Checkout.Root}' staged='{Path.GetDirectoryName(Checkout.ProgramDirectory)}'\n{Setup}{script}", seconds: seconds);
}
