namespace EndToEnd.Tests.Sessions;

/// <summary>A command of the user's starts the far end; each way in which it fails has words of its own.</summary>
public sealed class LaunchTests : CopyTest
{
    // As srun and kubectl do, it passes on the words that follow the host.
    private const string Setup = """
        set -e
        echo data > source
        printf '#!/bin/sh\necho "$2" > host\nshift 2\nexec "$@"\n' > node
        chmod +x node

        """;

    [Cases]
    [InlineData("dmscp -w -s node1 -e './node -w %h' -l source -d $PWD -f there")]
    [InlineData("dmscp -w -s node1 --launch './node -w %h' -l source -d $PWD -f there")]
    [InlineData("yscp --launch './node -w %h' source node1:$PWD/there")]
    [InlineData("yscp --launch './node -w %h' node1:$PWD/source there")]
    [InlineData("mkdir tree && ytar --launch './node -w %h' tree node1:$PWD/there")]
    public async Task The_host_stands_where_the_command_says(string call) =>
        (await Run($"""
            {Setup}
            {call}
            test -e there
            test "$(cat host)" = node1
            """)).Is(0);

    [Cases]
    [InlineData("-s h -e '/nonexistent %h'", 3, "cannot start the remote shell")]
    [InlineData("-e /nonexistent", 3, "cannot start the remote shell: /nonexistent: no such file or directory")]
    [InlineData("-e 'sh -c \"exit 127\"'", 3, "dmscp there, was not found")]
    [InlineData("-e 'sh -c \"exit 255\"'", 3, "could not connect or log in")]
    [InlineData("-e 'sh -c \"kill -9 \\$\\$\"'", 3, "was killed by signal 9")]
    [InlineData("-e 'sh -c \"exit 5\"'", 3, "ended with status 5")]
    [InlineData("-e 'sh -c \"head -c 100000 /dev/zero; sleep 30\"'", 7, "no answer from dmscp")]
    [InlineData("-e 'sh -c \"exec sleep 60\"' -timeout 1", 3, "")]
    [InlineData("-e './node -w %h'", 2, "%h stands for the host, but no host is named")]
    [InlineData("-s h -u me -e './node -w %h'", 2, "there is no place for the user me")]
    public async Task What_fails_says_how(string words, int status, string message) =>
        (await Run($"""
            {Setup}
            dmscp -w {words} -l source -d $PWD -f there
            """)).Is(status).Says(message);
}
