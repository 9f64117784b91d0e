namespace EndToEnd.Tests.Trees;

/// <summary>
/// Kinds of entries that a tree may have, each with the bash lines that make it in a directory of its own; $DIR is that
/// directory. All of them need root.
/// </summary>
internal static class Kinds
{
    /// <summary>What every copy brings over, links followed or not.</summary>
    public static readonly (string Name, string Lines)[] Plain =
    [
        ("empty file", ": > empty"),
        ("small file", "echo data > small"),
        ("large file", "head -c 5000001 /dev/urandom > large"),
        ("files of a block", "head -c 1048576 /dev/urandom > block; head -c 983040 /dev/urandom > piece; head -c 983041 /dev/urandom > more"),
        ("all hole", "truncate -s 64M f"),
        ("hole at the start", "truncate -s 8M f; echo end >> f"),
        ("hole at the end", "head -c 3000000 /dev/urandom > f; truncate -s 20M f"),
        ("holes between", "for at in 1 5 9; do dd if=/dev/urandom of=f bs=1M count=1 seek=$at conv=notrunc status=none; done"),
        ("hole in a small file", "truncate -s 64K f; printf x | dd of=f bs=1 seek=40000 conv=notrunc status=none"),
        ("spaces", "echo 1 > ' leading'; echo 2 > 'trailing '; echo 3 > 'in the middle'"),
        ("quotes", "echo 1 > \"it's\"; echo 2 > 'say \"x\"'; echo 3 > '`id`'; echo 4 > '$HOME'"),
        ("control characters", "echo 1 > $'tab\\there'; echo 2 > $'\\e[31m'; echo 3 > $'\\x7f'"),
        ("names that are no UTF-8", "echo 1 > $'\\xff\\xfe'; echo 2 > $'\\xc3'; mkdir $'d\\x80'; echo 3 > $'d\\x80/f'"),
        ("names beyond ASCII", "echo 1 > naïve; echo 2 > 日本; echo 3 > $'e\\xcc\\x81'; echo 4 > 𝄞"),
        ("names of 255 bytes", "echo 1 > \"$(printf 'n%.0s' $(seq 255))\"; head -c 9000000 /dev/urandom > \"$(printf 'b%.0s' $(seq 255))\""),
        ("large files with names of 255 bytes", "for letter in b 日 é; do head -c 9000000 /dev/urandom > \"$(printf \"$letter%.0s\" $(seq $((255 / $(printf $letter | wc -c)))))\"; done"),
        ("leading dashes", "echo 1 > ./-rf; echo 2 > ./--; mkdir ./-d; echo 3 > ./-"),
        ("patterns", "echo 1 > '*'; echo 2 > '[a]'; echo 3 > '\\'; echo 4 > '?'; echo 5 > '~'; echo 6 > '{a,b}'"),
        ("leading dots", "echo 1 > .hidden; echo 2 > ...; mkdir .d; echo 3 > ..f"),
        ("names like our own", "echo 1 > .pipe-1; echo 2 > .f.pipe-part"),
        ("modes", "for mode in 0200 0400 0444 0600 0644 0666 0755 0777; do echo $mode > m$mode; chmod $mode m$mode; done"),
        ("modes without a right", "for mode in 0000 0001 0111; do echo $mode > m$mode; chmod $mode m$mode; done"),
        ("modes of directories", "for mode in 0000 0500 0700 0755; do mkdir m$mode; echo x > m$mode/f; chmod $mode m$mode; done"),
        ("times of directories", "mkdir -p d/e; echo x > d/e/f; touch -d '1999-01-01 UTC' d/e; touch -d '2000-01-01 UTC' d"),
        ("empty directories", "mkdir -p a/b/c d e"),
        ("a read-only directory", "mkdir -p d/e; echo x > d/f; echo y > d/e/g; chmod 555 d d/e"),
        ("names out of order", "echo 1 > b; echo 2 > a; mkdir c; touch c/z c/a"),
    ];

    /// <summary>What only a copy with -all brings over.</summary>
    public static readonly (string Name, string Lines)[] Special =
    [
        ("newline", "echo 1 > $'a\\nb'; mkdir $'\\n'; echo 2 > $'\\n/\\n'"),
        ("setuid, setgid, sticky", "for mode in 1644 2755 4755 6711 7777 7000; do echo $mode > m$mode; chmod $mode m$mode; done"),
        ("setgid and sticky directories", "for mode in 1777 2775 4755 7777; do mkdir m$mode; echo x > m$mode/f; chmod $mode m$mode; done"),
        ("times", """
            touch -d '1970-01-01 UTC' zero; touch -d '1901-12-14 UTC' negative; touch -d '2200-01-01 12:00:00.123456789 UTC' future
            touch -d '2001-02-03 04:05:06.000000001 UTC' ns; touch -d '1969-12-31 23:59:59.5 UTC' half; touch -d '2038-01-20 UTC' after
            """),
        ("symbolic links", """
            echo x > f; ln -s f relative; ln -s "$DIR/f" absolute; ln -s nowhere dangling; ln -s b a; ln -s a b; ln -s self self
            ln -s . dot; ln -s .. up; ln -s /etc etc; ln -s $'odd \xff\n' odd; ln -s "$(printf 'n%.0s' $(seq 4000))" long
            """),
        ("symbolic links to directories", "mkdir d; echo x > d/f; ln -s d link; ln -s d/f inside; ln -s link again"),
        ("time and owner of a symbolic link", "ln -s x l; touch -h -d '1999-01-01 00:00:00.5 UTC' l; ln -s y o; chown -h 123:456 o"),
        ("hard links", "echo x > a; ln a b; ln a c; head -c 3000000 /dev/urandom > big; ln big big2"),
        ("hard links across directories", "mkdir d e; echo x > e/a; ln e/a d/a; ln e/a f; ln e/a d/b"),
        ("hard links of members that are not files", "mkfifo p; ln p q; ln -s x l; ln l m; mkdir d; mknod d/c c 1 3; ln d/c c"),
        ("fifos", "mkfifo p; mkfifo -m 0606 q; touch -d '2000-01-01 UTC' p"),
        ("sockets", "perl -MSocket -e 'socket(S,AF_UNIX,SOCK_STREAM,0); bind(S,sockaddr_un(\"s\"))'"),
        ("character devices", "mknod c c 1 3; mknod big c 300 70000; mknod -m 0604 m c 4 1; chown 3:4 m"),
        ("block devices", "mknod b b 7 200; mknod -m 0640 big b 4095 1048575"),
        ("owners and groups", """
            echo a > a; chown 12345:54321 a; echo b > b; chown 0:7 b; mkdir d; echo c > d/c; chown -R 65533:3000000000 d
            echo s > s; chown 77:88 s; chmod 6755 s
            """),
        ("user attributes", """
            echo x > f; setfattr -n user.text -v value f; setfattr -n user.binary -v 0x00ff0102 f; setfattr -n user.empty f
            setfattr -n user.large -v "$(printf 'v%.0s' $(seq 2500))" f; mkdir d; setfattr -n user.dir -v d d
            """),
        ("attributes of a large file", "head -c 4000000 /dev/urandom > f; setfattr -n user.text -v value f; setfacl -m u:4321:rw f"),
        ("attributes of a read-only file", "echo x > f; setfattr -n user.text -v value f; chmod 444 f"),
        ("capabilities", "cp /bin/true f; setcap cap_net_raw+ep f; cp /bin/true g; chown 12:13 g; setcap cap_net_admin+p g"),
        ("access lists", "echo x > f; setfacl -m u:1234:rwx,g:4321:r,m::rx f; mkdir d; setfacl -m u:1234:r d"),
        ("default access lists", "mkdir d; setfacl -d -m u:1234:rwx,g:99:- d; echo x > d/f; mkdir d/e"),
        ("attributes of members that are not files", """
            mkfifo p; setfacl -m u:1234:rw p; mknod c c 1 3; setfacl -m g:77:r c; setfattr -n trusted.t -v 0x0001 p
            ln -s gone l; setfattr -h -n trusted.l -v y l; echo x > f; setfattr -n trusted.f -v z f
            """),
        ("300 levels", "deep=.; for _ in $(seq 300); do deep=$deep/d; done; mkdir -p $deep; echo x > $deep/f"),
        ("a directory of 10,000", "mkdir d; (cd d; seq 10000 | xargs touch); for i in $(seq 0 199); do echo $i > d/f$i; done"),
        ("the directory itself", "chmod 1750 .; touch -d '2005-05-05 UTC' .; chown 99:98 ."),
    ];

    /// <summary>Bash lines that make a directory of that name with all of these in it.</summary>
    public static string Make(string tree, params (string Name, string Lines)[] kinds) =>
        $"mkdir {tree}\n" + string.Concat(kinds.Select(kind => $"""
            mkdir "{tree}/{kind.Name}"
            (set -e; umask 022; export DIR="$PWD/{tree}/{kind.Name}"; cd "$DIR"
            {kind.Lines}
            )

            """)) + $"touch -d '2004-04-04 UTC' {tree}\n";
}
