namespace EndToEnd.Tests.Truth;

/// <summary>Files that cannot be read or written: exit status 1, the name, the cause, and whose file it is.</summary>
public sealed class ObjectTests : CopyTest
{
    // A user who owns nothing here. Needs root, because only root can become that user.
    private const string Nobody = "setpriv --reuid=65534 --regid=65534 --clear-groups ";

    [Cases]
    [BothWays]
    public async Task A_directory_that_is_missing_there(Far far) =>
        (await Run("echo x | dmscp -w $FAR -d \"$PWD/nowhere\" -f there", far)).Is(1)
            .Says(far == Far.Ssh ? "HOST: " : "local: ", "/nowhere/there: no such file or directory");

    [Cases]
    [BothWays]
    public async Task A_file_that_is_missing_there(Far far) =>
        (await Run("dmscp -r $FAR -d \"$PWD\" -f nowhere -l here || { status=$?; test ! -e here; exit $status; }", far)).Is(1)
            .Says(far == Far.Ssh ? "HOST: " : "local: ", "/nowhere: no such file or directory");

    [Case]
    public async Task A_file_that_is_missing_here() =>
        (await Run("dmscp -w $FAR -d \"$PWD\" -f there -l nowhere || { status=$?; test ! -e there; exit $status; }")).Is(1).Says("nowhere: no such file or directory");

    [Case]
    public async Task A_directory_that_is_missing_here() =>
        (await Run("dmscp -r $FAR -f pattern:10 -l nowhere/here")).Is(1).Says("nowhere/here: no such file or directory");

    [Case]
    public async Task A_directory_of_a_command_that_is_missing_there() =>
        (await Run("dmscp -r $FAR -d /nowhere -R 'echo x'")).IsNot(0).Says("/nowhere").Prints("");

    [Cases]
    [BothWays]
    public async Task A_directory_as_target(Far far) =>
        (await Run("mkdir there; echo x | dmscp -w $FAR -d \"$PWD\" -f there || { status=$?; rmdir there; exit $status; }", far)).Is(1).Says("/there: is a directory");

    [Cases]
    [BothWays]
    public async Task A_directory_as_source(Far far) =>
        (await Run("dmscp -r $FAR -f \"$PWD\"", far)).Is(1).Says(": is a directory", "hint");

    [Case]
    public async Task A_directory_as_local_source() =>
        (await Run("dmscp -w $FAR -d \"$PWD\" -f there -l .")).Is(1).Says(": is a directory");

    [Case]
    public async Task A_name_that_ends_with_a_slash_makes_no_file() =>
        (await Run("echo x | dmscp -w $FAR -d \"$PWD\" -f there/ || { status=$?; test ! -e there; exit $status; }")).Is(1);

    [Case]
    public async Task A_file_in_the_place_of_a_directory() =>
        (await Run("touch file; echo x | dmscp -w $FAR -d \"$PWD/file\" -f there")).Is(1).Says("not a directory");

    [Case(Needs.Root, "setpriv")]
    public async Task A_directory_that_may_not_be_written() =>
        (await Run($"echo x | {Nobody} dmscp -w $FAR -d \"$PWD\" -f there")).Is(1).Says("/there: permission denied");

    [Case(Needs.Root, "setpriv")]
    public async Task A_home_that_may_not_be_entered_has_no_configuration() =>
        (await Run($"mkdir -m 700 home; mkdir -m 777 open; echo x | HOME=$PWD/home {Nobody} dmscp -w $FAR -d \"$PWD/open\" -f there; cat open/there")).Is(0).Prints("x\n");

    [Case(Needs.Root, "setpriv")]
    public async Task A_file_that_may_not_be_written_in_place() =>
        (await Run($"touch there; echo x | {Nobody} dmscp -w $FAR -inplace -d \"$PWD\" -f there")).Is(1).Says("/there: permission denied");

    [Case(Needs.Root, "setpriv")]
    public async Task A_file_that_may_not_be_read() =>
        (await Run($"echo x > secret; chmod 600 secret; {Nobody} dmscp -r $FAR -d \"$PWD\" -f secret")).Is(1).Says("/secret: permission denied").Prints("");

    [Case(Needs.Root, Needs.Sshd)]
    public async Task A_directory_that_another_user_may_not_write()
    {
        var user = Lab.Shared.Account("bash");
        (await Run($"echo x | dmscp -w $FAR -u {user.Name} -d \"$PWD\" -f there", Far.Ssh)).Is(1).Says("HOST: ", "/there: permission denied");
    }
}
