using EndToEnd.Tests.Repository;

namespace EndToEnd.Tests.Archives;

/// <summary>
/// Archives on a file system with a data migration system behind it, which is one of tests/fakes/hsm: the contract of its commands, no
/// certified system.
/// </summary>
public sealed class MigrationTests : ArchiveTest
{
    private static readonly string Fakes = Checkout.PathOf("tests/fakes/hsm");

    [Case("cpio", "python3")]
    public async Task The_two_commands_of_the_manual_page_migrate_and_release() =>
        (await Run(Managed("dmf", "archivedir") + """
            mkdir -p tree/dir back
            head -c 3000000 /dev/urandom > tree/dir/file
            (cd tree && find . -print | cpio -ocv) | dmscp -w $FAR -prefix "$SYSTEM" -d "$PWD/archivedir" -F 400k -S 10k -T 36000 -f myarchive -FMigrate || exit 1
            test "$(grep -c migrated archivedir/.hsm/journal)" -ge 1 -o "$(grep -c myarchive archivedir/.hsm/journal)" -ge 1 || exit 2
            dmscp -r $FAR -prefix "$SYSTEM" -d "$PWD/archivedir" -F 1 -f myarchive -frelease -T 360000 > stream || exit 3
            (cd back && cpio -icdv < ../stream) && diff -r tree back || exit 4
            grep unsafe archivedir/.hsm/journal && exit 5
            test "$(stat -c %b archivedir/myarchive.000000)" -gt 0 || exit 6
            """)).Is(0);

    [Case("python3")]
    public async Task An_archive_that_is_on_tape_is_verified_with_the_system_and_not_called_damaged_without() =>
        (await Run(Managed("dmf", "tape") + """
            y() { local verb=$1; shift; yarchive "$verb" -e local -prefix "$SYSTEM" "$@"; }
            head -c 3000000 /dev/urandom > stream
            y put --fragment 1m --migrate --release --hsm dmf "$PWD/tape/x" < stream || exit 1
            y ls --hsm dmf "$PWD/tape/x" | grep ' tape ' || exit 2
            y verify "$PWD/tape/x" 2> words
            test $? = 1 || exit 3
            grep 'hint: .*--hsm' words || exit 4
            y get "$PWD/tape/x" > back 2> words
            test $? = 1 || exit 5
            grep 'may be on tape' words || exit 6
            printf 'delay 2000\n' > tape/.hsm/control
            y verify --hsm dmf --release --recall-ahead 1m "$PWD/tape/x" > found 2> words || exit 7
            grep 'x: 3 of 3 fragments, 2.9 MiB: as stored' found || exit 8
            grep 'waiting: .*x.000000: .* says dmf' words || exit 9
            y ls --hsm dmf "$PWD/tape/x" | grep ' tape ' || exit 10
            printf 'delay 3600000\n' > tape/.hsm/control
            y verify --hsm dmf --wait 3 "$PWD/tape/x"
            test $? = 9 || exit 11
            """)).Is(0);

    [Case("python3")]
    public async Task What_is_removed_is_given_up_on_tape_too() =>
        (await Run(Managed("lustre", "tape") + """
            y() { local verb=$1; shift; yarchive "$verb" -e local -prefix "$SYSTEM" "$@"; }
            head -c 3000000 /dev/urandom > stream
            y put --fragment 1m --migrate --hsm lustre "$PWD/tape/x" < stream || exit 1
            y put --fragment 1m --migrate --release --hsm lustre "$PWD/tape/y" < stream || exit 2
            for _ in $(seq 300); do test "$(eval "$SYSTEM"; lfs hsm_state "$PWD"/tape/x.00000? | grep -c archived)" = 3 && break; sleep 0.1; done
            y rm --hsm lustre --dry-run "$PWD/tape/x" || exit 4
            y rm --hsm lustre --dry-run "$PWD/tape/y"
            test $? = 1 || exit 5
            grep forget tape/.hsm/journal && exit 6
            y rm --hsm lustre "$PWD/tape/x" || exit 7
            test "$(grep -c '^forget' tape/.hsm/journal)" = 3 || exit 8
            y rm --hsm lustre "$PWD/tape/y" 2> words
            test $? = 1 || exit 9
            grep 'y.000000: is on tape only, and 2 more: lustre keeps its copies' words || exit 10
            test "$(ls -A tape)" = .hsm
            """)).Is(0);

    [Case(Needs.Mount, "python3")]
    public async Task A_stream_goes_through_a_disk_that_is_smaller_than_it() =>
        (await RunMounted(Disk("30m") + """
            head -c 60000000 /dev/urandom > stream
            dmscp -w $FAR -prefix "$SYSTEM" -d "$PWD/disk" -F 5m -T 100 -f big -FMigrate -frelease < stream || exit 1
            dmscp -r $FAR -prefix "$SYSTEM" -d "$PWD/disk" -F 1 -T 100 -f big -frelease -recall-ahead 10m | cmp - stream || exit 2
            grep unsafe tape/journal && exit 3
            true
            """)).Is(0);

    [Case(Needs.Mount, "python3")]
    public async Task A_fragment_that_alone_fills_the_disk_is_not_waited_for() =>
        (await RunMounted(Disk("20m") + """
            head -c 30000000 /dev/zero | dmscp -w $FAR -prefix "$SYSTEM" -d "$PWD/disk" -F 100m -T 3000 -f big -FMigrate -frelease
            """)).Is(9).Says("no space can become free");

    [Case(Needs.Mount, "python3")]
    public async Task Fragments_that_are_too_large_for_the_disk_are_refused_at_the_start() =>
        (await RunMounted(Disk("20m") + """
            echo x | dmscp -w $FAR -prefix "$SYSTEM" -d "$PWD/disk" -F 15m -T 3000 -f big -FMigrate
            """)).Is(5).Says("too large for a disk cache of 20.0 MiB");

    [Case]
    public async Task Without_a_system_nothing_begins() =>
        (await Run("""
            echo x | dmscp -w $FAR -d "$PWD" -F 1m -f x -FMigrate
            status=$?
            test ! -e x.manifest || exit 77
            exit $status
            """)).Is(8).Says("hint: ");

    [Case("python3")]
    public async Task A_system_whose_commands_hang_is_not_waited_for_longer_than_was_said() =>
        (await Run(Managed("dmf", "archivedir") + """
            head -c 1000000 /dev/urandom > stream
            echo 'hang 1' > archivedir/.hsm/control
            timeout 60 dmscp -w $FAR -prefix "$SYSTEM" -d "$PWD/archivedir" -F 400k -T 2 -f x -FMigrate < stream
            test $? = 1 || exit 2
            timeout 60 dmscp -r $FAR -prefix "$SYSTEM" -d "$PWD/archivedir" -F 1 -T 2 -f x -hsm dmf > back
            test $? = 9 || exit 3
            rm archivedir/.hsm/control
            dmscp -r $FAR -prefix "$SYSTEM" -d "$PWD/archivedir" -F 1 -T 100 -f x -hsm dmf | cmp - stream
            """)).Is(0).Says("x.000000 and 2 more: its state is unknown", "x.000002: not migrated by dmf: its state is unknown", "not recalled within 2 s");

    [Case("python3")]
    public async Task A_member_is_found_by_the_index() =>
        (await Run("""
            mkdir -p tree/dir
            for i in 1 2 3 4 5 6 7 8; do head -c 300000 /dev/urandom > tree/dir/f$i; done
            tar -cf - tree | dmscp -w $FAR -d "$PWD" -F 400k -f x -index || exit 1
            rm x.000000
            dmscp -r $FAR -d "$PWD" -F 1 -f x -member tree/dir/f8 | cmp - tree/dir/f8 || exit 2
            dmscp -r $FAR -d "$PWD" -F 1 -f x -member tree/dir/f0
            """)).Is(1).Says("tree/dir/f0");

    private static string Disk(string size) =>
        $"mkdir disk tape && mount -t tmpfs -o size={size} none disk && ln -s ../tape disk/.hsm\n" + Setting("dmf");

    private static string Managed(string system, string directory) => $"mkdir -p {directory}/.hsm\n" + Setting(system);

    private static string Setting(string system) => $"SYSTEM='PATH={Fakes}/{system}:$PATH; export PATH;'\n";
}
