namespace EndToEnd.Tests.Yscp;

/// <summary>
/// The same words to scp and to yscp, each in a directory of its own with the same files: exit status, names, kinds, permissions and
/// contents have to be the same afterwards. In a line $at is that directory, h the options of both that make HOST known.
/// </summary>
public sealed class AgainstScpTests : CopyTest
{
    private const string Words = """
        make() {
          umask 022
          mkdir -p "$1/s/dir/sub" "$1/s/empty" "$1/d/exist"
          cd "$1/s"
          echo a > a; head -c 3000000 /dev/urandom > big; cp big "$at/../common" 2> /dev/null
          echo b > b; chmod 4755 b; echo r > ro; chmod 444 ro; : > nothing
          echo c > dir/c; echo e > dir/sub/e; chmod 750 dir; chmod 700 dir/sub
          ln -s a link; ln -s nowhere dangling; ln -s dir dlink
          echo 1 > 'sp ace'; echo 2 > "qu'o\"te"; echo 3 > 'do$lar'; echo 4 > $'new\nline'; echo 5 > $'b\xff\x9b'; echo 6 > 'st*ar'; echo 7 > 'co:lon'
          echo 8 > '~tilde'; echo 9 > -dash; echo 10 > 'back\slash'; echo 11 > 'qu?stion'
          touch -d '2001-02-03 04:05:06.789' a dir/c; touch -d '2002-02-02' dir
          echo old > ../d/old; echo older > ../d/a; chmod 600 ../d/a
          cd ../..
        }
        look() {
          cd "$1/d"
          touch -d @0 exist
          find . -mindepth 1 -printf "%P|%y|%m|%l|$2\0" | sort -z | tr '\0\n' '\n?'
          find . -type f -print0 | sort -z | xargs -0r sha256sum | tr '\0' ?
        }
        run() {
          at=$PWD/$1
          cp=$2
          (cd "$at" && eval "$line") > "$1.out" 2>&1 < /dev/null
          echo "status $?" > "$1.status"
        }
        at=$PWD
        (make x); cp -a x y
        run x "scp -F $SSH_CONFIG"
        # An ssh that ends before scp has said anything: a matter of luck to it, and then the status is 1.
        ! grep -q 'lost connection' x.out || echo 'status 255' > x.status
        run y "yscp -F $SSH_CONFIG"
        (look "$PWD/x" "$times") > x.tree; (look "$PWD/y" "$times") > y.tree
        diff x.status y.status && diff x.tree y.tree || { head -n 50 x.out y.out >&2; exit 1; }
        """;

    [Cases(Needs.Sshd, "scp")]
    [InlineData("$cp s/a HOST:$at/d/new")]
    [InlineData("$cp s/a HOST:$at/d")]
    [InlineData("$cp s/a HOST:$at/d/")]
    [InlineData("$cp s/big s/nothing s/a HOST:$at/d/exist")]
    [InlineData("$cp HOST:$at/s/big d/new")]
    [InlineData("$cp HOST:$at/s/a HOST:$at/s/nothing d/exist")]
    [InlineData("$cp HOST:$at/s/a s/nothing d/exist")]
    [InlineData("$cp s/a d/new")]
    [InlineData("$cp s/a s/big d/exist")]
    [InlineData("$cp -r s/dir d/new")]
    [InlineData("$cp -r s/dir d")]
    [InlineData("mkfifo s/dir/fifo; ln -s ../a s/dir/up; $cp -r s d/new")]
    [InlineData("$cp -r s/link s/dlink s/dangling d/exist")]
    [InlineData("$cp -r s/dlink/ d/new")]
    [InlineData("$cp -r s/dlink d/new")]
    [InlineData("$cp s/link d/new")]
    [InlineData("$cp s/dangling s/a d/exist")]
    [InlineData("$cp -r s/dir HOST:$at/d/new")]
    [InlineData("$cp -r s/dir HOST:$at/d/exist")]
    [InlineData("$cp -r s/dir s/empty s/a HOST:$at/d/exist")]
    [InlineData("$cp -r HOST:$at/s/dir d/new")]
    [InlineData("$cp -r HOST:$at/s/dir d/new/")]
    [InlineData("$cp -r HOST:$at/s/dir HOST:$at/s/empty d/exist")]
    [InlineData("$cp -r s/dlink HOST:$at/d/new")]
    [InlineData("$cp s/link HOST:$at/d/new")]
    [InlineData("$cp HOST:$at/s/link d/new")]
    [InlineData("$cp s/b s/ro HOST:$at/d/exist")]
    [InlineData("$cp HOST:$at/s/b d/exist")]
    [InlineData("$cp -p s/ro HOST:$at/d/exist")]
    [InlineData("$cp 's/sp ace' \"s/qu'o\\\"te\" 's/do$lar' $'s/new\\nline' $'s/b\\xff\\x9b' 's/st*ar' 's/co:lon' 's/~tilde' s/-dash 's/back\\slash' 's/qu?stion' HOST:$at/d/exist")]
    [InlineData("$cp \"HOST:$at/s/sp ace\" \"HOST:$at/s/qu'o\\\"te\" \"HOST:$at/s/do\\$lar\" \"HOST:$at/s/\"$'new\\nline' \"HOST:$at/s/\"$'b\\xff\\x9b' \"HOST:$at/s/co:lon\" d/exist")]
    [InlineData("$cp s/a \"HOST:$at/d/sp ace\"")]
    [InlineData("$cp s/a \"HOST:$at/d/st*r\"")]
    [InlineData("$cp s/a \"HOST:$at/d/\"$'n\\new\\xff'")]
    [InlineData("cd s; $cp -- -dash 'HOST:'$at/d")]
    [InlineData("cd s; $cp ./co:lon '~tilde' HOST:$at/d/exist")]
    [InlineData("$cp \"HOST:$at/s/[ab]\" d/exist")]
    [InlineData("$cp \"HOST:$at/s/b*\" d/exist")]
    [InlineData("$cp HOST:~no-such-user-here/a d")]
    [InlineData("$cp \"HOST:$at/s/st\\*ar\" d/exist")]
    [InlineData("$cp -r \"HOST:$at/s/d[i]r\" d/exist")]
    [InlineData("$cp \"HOST:$at/s/[ab]\" d/old")]
    [InlineData("$cp HOST:/proc/version d/new; chmod 644 d/new")]
    [InlineData("$cp /proc/version /proc/cmdline HOST:$at/d/exist; chmod 644 d/exist/*")]
    [InlineData("$cp -X nrequests=0 s/a d/new")]
    [InlineData("$cp d/old d/old")]
    [InlineData("$cp s/none HOST:$at/d")]
    [InlineData("$cp HOST:$at/s/none d")]
    [InlineData("$cp HOST:$at/s/none HOST:$at/s/a d/exist")]
    [InlineData("$cp \"HOST:$at/s/none*\" d")]
    [InlineData("$cp s/none d")]
    [InlineData("$cp s/none s/a d/exist")]
    [InlineData("$cp s/dir HOST:$at/d")]
    [InlineData("$cp s/dir s/a HOST:$at/d/exist")]
    [InlineData("$cp HOST:$at/s/dir d")]
    [InlineData("$cp HOST:$at/s/dir HOST:$at/s/a d/exist")]
    [InlineData("$cp s/a s/big d/none")]
    [InlineData("$cp s/a s/big d/old")]
    [InlineData("$cp HOST:$at/s/a HOST:$at/s/big d/none")]
    [InlineData("$cp -r s/dir HOST:$at/d/old")]
    [InlineData("$cp closed:x d")]
    [InlineData("$cp s/a closed:x")]
    [InlineData("$cp nobody:x d")]
    [InlineData("$cp wrongkey:x d")]
    [InlineData("$cp HOST:$at/s/a closed:x s/big d/exist")]
    [InlineData("$cp /dev/null HOST:$at/d/new")]
    [InlineData("mkfifo s/ff; $cp HOST:$at/s/ff d/new")]
    [InlineData("$cp s/a scp://HOST/$at/d/n%20w")]
    [InlineData("$cp scp://HOST/$at/s/a d/new")]
    [InlineData("$cp -Os4BCqTv -l800000 -oServerAliveInterval=5 -X nrequests=4 s/a HOST:$at/d/new")]
    [InlineData("$cp -R s/a HOST:$at/d/new")]
    [InlineData("$cp -3 s/a HOST:$at/d/new")]
    public Task Ends_as_scp_does(string line) => Same(line, "");

    [Cases(Needs.Sshd, "scp")]
    [InlineData("$cp -p s/a HOST:$at/d/exist")]
    [InlineData("$cp -p HOST:$at/s/a d/new")]
    [InlineData("$cp -p s/a d/new")]
    [InlineData("mkfifo s/dir/fifo; ln -s ../a s/dir/up; touch -h -d @9 s/dir/up s/dir/fifo; $cp -rp s/dir d/new")]
    [InlineData("$cp -rp s/dir HOST:$at/d/exist")]
    [InlineData("$cp -rp HOST:$at/s/dir/ d/exist")]
    [InlineData("$cp -rpq -l 800000 HOST:$at/s/dir d/exist")]
    public Task Keeps_times_as_scp_does(string line) => Same(line, "%Ts");

    [Cases(Needs.Sshd, "scp")]
    [InlineData("cd s/dir; $cp -r . HOST:$at/d/new")]
    [InlineData("$cp -r HOST:$at/s/dir/. d/exist")]
    [InlineData("$cp -r HOST:$at/s/dir/. d/new")]
    public Task Copies_what_is_in_a_directory_as_scp_does(string line) => Same(line, "");

    [Cases(Needs.Sshd, "scp")]
    [InlineData("$cp s/a HOST:$at/d/new/")]
    [InlineData("$cp HOST:$at/s/a d/new/")]
    [InlineData("$cp s/a d/new/")]
    [InlineData("$cp s/a HOST:$at/d/old/")]
    [InlineData("$cp HOST:$at/s/a d/old/")]
    [InlineData("$cp s/a HOST:$at/none/new")]
    [InlineData("$cp HOST:$at/s/a none/new")]
    [InlineData("$cp -r s/dir HOST:$at/none/new")]
    [InlineData("$cp -r HOST:$at/s/dir none/new")]
    public Task Refuses_a_target_as_scp_does(string line) => Same(line, "");

    [Cases(Needs.Sshd, "scp")]
    [InlineData("$cp s/a s/big HOST:$at/d/none; chmod 755 d/none")]
    [InlineData("$cp -r s/dir s/a HOST:$at/d/none; chmod 755 d/none")]
    [InlineData("$cp s/a s/big HOST:$at/d/none/; chmod 755 d/none")]
    [InlineData("$cp -r s/dir s/a HOST:$at/d/none/; chmod 755 d/none")]
    [InlineData("$cp s/a HOST:$at/s/big HOST:$at/d/none; chmod 755 d/none")]
    public Task Makes_the_directory_for_several_sources_as_scp_does(string line) => Same(line, "");

    [Cases(Needs.Sshd, "scp")]
    [InlineData("$cp \"HOST:$at/s/[ab]\" d/none")]
    [InlineData("$cp \"HOST:$at/s/[ab]\" d/none/")]
    [InlineData("$cp \"HOST:$at/s/[a]\" d/none")]
    [InlineData("$cp \"HOST:$at/s/[a]\" d/none/")]
    [InlineData("$cp -r \"HOST:$at/s/[ae]*\" d/none/")]
    [InlineData("$cp -r \"HOST:$at/s/d[i]r\" d/none/")]
    [InlineData("$cp \"HOST:$at/s/[xy]\" d/none/")]
    [InlineData("$cp \"HOST:$at/s/[ab]\" d/none/none/")]
    public Task Makes_the_directory_for_a_pattern_as_scp_does(string line) => Same(line, "");

    [Cases(Needs.Sshd, "scp", Skip = "scp gives a directory that was there before the mode of the source; here it keeps its own")]
    [InlineData("cd s/dir; $cp -r . HOST:$at/d/exist")]
    public Task Gives_a_directory_that_is_there_another_mode_as_scp_does(string line) => Same(line, "");

    [Cases(Needs.Sshd, "scp", Skip = "scp makes what it fetches writable, but not with -O; here it is as with -O")]
    [InlineData("$cp HOST:$at/s/ro d/exist")]
    [InlineData("$cp HOST:$at/s/ro d/new")]
    public Task Leaves_a_file_writable_as_scp_does(string line) => Same(line, "");

    [Cases(Needs.Sshd, "scp", Skip = "the engine expands braces")]
    [InlineData("$cp \"HOST:$at/s/{a,b}\" d/exist")]
    [InlineData("cp s/a 's/{a,b}'; $cp \"HOST:$at/s/{a,b}\" d/exist")]
    public Task Takes_braces_as_scp_does(string line) => Same(line, "");

    [Cases(Needs.Sshd, "scp")]
    [InlineData("$cp HOST:$at/s/a HOST:$at/d/new")]
    [InlineData("$cp -3 HOST:$at/s/a HOST:$at/d/new")]
    [InlineData("$cp -r HOST:$at/s/dir HOST:$at/d/new")]
    [InlineData("$cp -rp HOST:$at/s/dir HOST:$at/s/a HOST:$at/d/exist")]
    [InlineData("$cp HOST:$at/s/none HOST:$at/d/new")]
    [InlineData("$cp closed:x HOST:$at/d/new")]
    [InlineData("$cp HOST:$at/s/a closed:x")]
    public Task Copies_between_two_hosts_as_scp_does(string line) => Same(line, "");

    /// <summary>Several sources, of which one at least is on a host, for a directory that is missing on another.</summary>
    [Cases(Needs.Sshd, "scp")]
    [InlineData("$cp -3 HOST:$at/s/a HOST:$at/s/big OTHER:$at/d/none")]
    [InlineData("$cp -3 HOST:$at/s/a HOST:$at/s/big OTHER:$at/d/none/")]
    [InlineData("$cp -3 HOST:$at/s/a OTHER:$at/s/big OTHER:$at/d/none")]
    [InlineData("$cp -3 -r HOST:$at/s/dir HOST:$at/s/a OTHER:$at/d/none")]
    [InlineData("$cp -3 -r HOST:$at/s/dir HOST:$at/s/a OTHER:$at/d/exist")]
    [InlineData("$cp -3 HOST:$at/s/a s/big OTHER:$at/d/none; chmod 755 d/none")]
    [InlineData("$cp -3 HOST:$at/s/a HOST:$at/s/big OTHER:$at/d/old")]
    public Task Makes_no_directory_for_sources_of_a_third_host_as_scp_does(string line) => Same(line, "");

    private async Task Same(string line, string times)
    {
        await File.WriteAllTextAsync(PathOf("line"), line);
        (await Run($"line=$(cat line) times='{times}'\n{Words}", Far.Ssh)).Is(0);
    }
}
