using EndToEnd.Tests.Repository;

namespace EndToEnd.Tests.Dccli;

/// <summary>Copies to the nodes of a job, under a real Slurm whose nodes share this machine.</summary>
public sealed class SlurmTests : CopyTest
{
    // All nodes see the same files: each starts in a directory of its own name.
    private const string Setup = """
        set -e
        LAUNCH='srun --overlap --unbuffered -N1 -n1 -w %h'
        HERE='cd "$SLURMD_NODENAME"'
        mkdir source n1 n2 n3 n4; head -c 5000000 /dev/urandom > source/large; for i in $(seq 50); do echo $i > source/small$i; done

        """;

    [Case(Needs.Slurm)]
    public async Task Without_hosts_the_nodes_are_listed_and_allocation_takes_them() =>
        (await InJob("""
            dccli --launch "$LAUNCH" -r source || echo $?
            dccli -r source :there || echo $?
            dccli --launch "$LAUNCH" --prefix "$HERE" --json --allocation -r source :there > results
            grep -o '"destination":"[^"]*","ok":[a-z]*' results
            for node in n1 n2 n3 n4; do diff -r source $node/there && test "$(find $node -name '.*' | wc -l)" = 0; done
            """)).Is(0)
            .Prints("2\n2\n\"destination\":\"n1\",\"ok\":true\n\"destination\":\"n2\",\"ok\":true\n\"destination\":\"n3\",\"ok\":true\n\"destination\":\"n4\",\"ok\":true\n")
            .Says("dccli: error: no destination is named", "dccli: error: :there: no host is named", "dccli: hint: the nodes of this Slurm job are n1, n2, n3, n4: --allocation copies to :PATH on each");

    [Case(Needs.Slurm)]
    public async Task A_batch_script_copies_to_its_nodes_and_one_that_fails_is_named() =>
        (await InSlurm("""
            touch n3/there
            cat > job << 'END'
            #!/bin/sh
            dccli --launch "$LAUNCH" --prefix "$HERE" --allocation -r source :there; echo $?
            END
            sbatch -W -N4 -o said job > id || true
            tail -n 1 said; grep -o 'error: .* destinations failed: .*' said
            for node in n1 n2 n4; do diff -r source $node/there; done
            """)).Is(0).Prints("1\nerror: 1 of 4 destinations failed: n3\n");

    [Cases(Needs.Slurm)]
    [InlineData("dmscp -w -s n2 -e \"$LAUNCH\" -prefix \"$HERE\" -l source/large -f there && cmp source/large n2/there")]
    [InlineData("dmscp -r -s n2 -e \"$LAUNCH\" -R 'echo $SLURMD_NODENAME' | grep -x n2")]
    [InlineData("yscp --launch \"$LAUNCH\" --prefix \"$HERE\" -r source n2:there && diff -r source n2/there")]
    [InlineData("yscp --launch \"$LAUNCH\" n3:$PWD/source/large back && cmp source/large back")]
    [InlineData("tar -cf - source | dccli --launch \"$LAUNCH\" --prefix \"$HERE\" --command 'tar -xf -' - n[1-2]:. && diff -r source n1/source && diff -r source n2/source")]
    public async Task Every_program_starts_its_other_end_with_srun(string call) => (await InJob($"{call} > said && echo done")).Is(0).Prints("done\n");

    private Task<Result> InJob(string script)
    {
        File.WriteAllText(PathOf("inner"), $"{Setup}{script}");
        return Run($"{Slurm} salloc -Q -N4 bash inner");
    }

    private Task<Result> InSlurm(string script)
    {
        File.WriteAllText(PathOf("inner"), $"{Setup}export LAUNCH HERE\n{script}");
        return Run($"{Slurm} bash inner");
    }

    private static string Slurm => $"'{Checkout.PathOf("tests/lab/slurm")}' 4";
}
