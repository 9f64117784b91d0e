namespace EndToEnd.Tests.Yscp;

/// <summary>
/// A test of copies from HOST to OTHER: two logins at one sshd, at different addresses. In a script, <c>between OPTION... SOURCE
/// TARGET</c> is yscp with paths in the test's directory; with <c>island=HOST</c> or <c>island=OTHER</c> in front the server of that one
/// runs where no other host can be reached.
/// </summary>
public abstract class BetweenHostsTest : CopyTest
{
    private const string Functions = """
        between() {
          local from=${*: -2:1} to=${*: -1}
          yscp -F "$SSH_CONFIG" -o LogLevel=ERROR ${island:+-S "$PWD/island"} "${@:1:$#-2}" "HOST:$PWD/$from" "OTHER:$PWD/$to"
        }
        make() {
          mkdir -p s/dir/sub t
          head -c 20000000 /dev/urandom > s/big; echo small > s/small
          for i in $(seq 200); do head -c $((i * 100)) /dev/urandom > s/dir/f$i; done
          ln -s ../../small s/dir/sub/link; touch -d 2001-02-03 s/dir/f1; chmod 640 s/dir/f2
        }
        cat > island << 'END'
        #!/bin/bash
        line=${*: -1} host=${*: -2:1}
        [ "$host" != "$ISLAND" ] || line="unshare -n /bin/sh -c '${line//\'/\'\\\'\'}'"
        exec ssh "${@:1:$#-2}" "$host" "$line"
        END
        chmod +x island
        export ISLAND=$island

        """;

    private protected Task<Result> Between(string script) => Run(Functions + script, Far.Ssh);

    private protected Running StartBetween(string script) => Start(Functions + script, Far.Ssh);
}
