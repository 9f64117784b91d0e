namespace EndToEnd.Tests.Dccli;

/// <summary>How many logins run at a time, and that only one of them may talk to the user.</summary>
public sealed class LoginTests : FanOutTest
{
    // An ssh that takes its time before the other end answers; a second one meanwhile leaves a trace.
    private const string SlowSsh = """
        make 1000; mkdir fake
        cat > fake/ssh << 'END'
        #!/bin/sh
        case " $* " in *" -G "*) exit 0;; esac
        mkdir asking 2> /dev/null || echo two >> together
        sleep 0.3
        rmdir asking 2> /dev/null
        echo asked >> asked
        for last; do :; done
        exec sh -c "$last"
        END
        chmod +x fake/ssh; export PATH=$PWD/fake:$PATH

        """;

    [Cases]
    [InlineData("SSH_ASKPASS=/bin/false", "4\n")]
    [InlineData("SSH_ASKPASS=", "4\ntogether\n")]
    public async Task Logins_that_may_ask_for_a_password_come_one_after_the_other(string environment, string printed) =>
        (await Run(Prelude + SlowSsh + $"mkdir t4; export {environment}; setsid -w dccli -r source h1:$PWD/t1 h2:$PWD/t2 h3:$PWD/t3 h4:$PWD/t4 && wc -l < asked; ls together 2> /dev/null || true"))
            .Is(0).Prints(printed);

    [Cases]
    [InlineData(1)]
    [InlineData(2)]
    public async Task So_many_logins_run_at_a_time(int most) =>
        (await Run(Prelude + $$"""
            make 1000
            cat > node << 'END'
            #!/bin/sh
            touch run.$1; ls run.* | wc -l >> counts; sleep 0.3; rm run.$1
            shift; exec "$@"
            END
            chmod +x node
            for i in 1 2 3 4 5 6; do mkdir -p t$i; ALL="$ALL h$i:$PWD/t$i"; done
            dccli -r --fanout {{most}} --launch './node %h' source $ALL && sort -n counts | tail -n 1; wc -l < counts
            """)).Is(0).Prints($"{most}\n6\n");

    /// <summary>What ssh says carries the name of the host, and is the cause of the verdict.</summary>
    [Case(Needs.Sshd)]
    public async Task A_login_that_fails_has_the_cause_that_ssh_says()
    {
        var result = await Run(Prelude + """
            make 1000; dccli -r --json -F $SSH_CONFIG source closed:$PWD/t1 wrongkey:$PWD/t1 nobody:$PWD/t1 HOST:$PWD/t2 2> said > results; echo $?
            grep -o '"destination":"[a-zA-Z]*","ok":[a-z]*' results
            grep -v '^dccli: ' said
            cat said results >&2
            """);
        result.Prints("1\n\"destination\":\"closed\",\"ok\":false\n\"destination\":\"wrongkey\",\"ok\":false\n\"destination\":\"nobody\",\"ok\":false\n\"destination\":\"HOST\",\"ok\":true\n")
            .Says("dccli: closed: ssh: connect to host 127.0.0.1 port 1: Connection refused", "\"cause\":\"closed: ssh could not connect or log in: ssh: connect to host 127.0.0.1 port 1: Connection refused\"", "\"cause\":\"wrongkey: ssh could not connect or log in: Host key verification failed.\"", "\"cause\":\"nobody: ssh could not connect or log in: ", "Permission denied");
    }

    /// <summary>Lines of a program there too.</summary>
    [Case]
    public async Task Errors_of_a_remote_shell_carry_the_name_of_the_host() =>
        (await Run(Prelude + """
            make 1000
            dccli -q -r --launch "sh -c 'echo warning from %h >&2; shift; exec \"\$@\"' sh %h" source h1:$PWD/t1 h2:$PWD/t2 2> said && sort said
            """)).Is(0).Prints("dccli: h1: warning from h1\ndccli: h2: warning from h2\n");

    /// <summary>The words of each failure begin with the host, whichever of them it is.</summary>
    [Case]
    public async Task A_failure_that_is_known_carries_the_name_of_its_host() =>
        (await Run(Prelude + """
            make 1000
            cat > node << 'END'
            #!/bin/sh
            host=$1; shift
            case $host in none) exit 127;; refused) exit 255;; noisy) echo hello; exit 5;; dead) kill -9 $$;; esac
            exec "$@"
            END
            chmod +x node
            dccli -r --launch './node %h' source none:$PWD/t1 refused:$PWD/t1 noisy:$PWD/t1 dead:$PWD/t1 good:$PWD/t2 2> said; echo $?
            sed -n 's/^dccli: error: \([a-z]*\): .*/\1/p' said | sort
            cat said >&2
            """)).Prints("1\ndead\nnoisy\nnone\nrefused\n").Says("4 of 5 destinations failed");
}
