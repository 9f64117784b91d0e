using System.Globalization;
using Pipe.Engine;

namespace Pipe.Tests;

/// <summary>Signals, and descriptors that are inherited, with the built program and a copy that takes as long as the test wants.</summary>
public sealed class SignalTests : IDisposable
{
    /// <summary>Job control: without it the shell makes background jobs ignore SIGINT.</summary>
    private const string Prelude = """
        set -m
        started() { until grep -q moving "$1" 2>/dev/null; do kill -0 $! || exit 99; sleep 0.05; done; }

        """;

    private readonly Scratch _scratch = new();

    public SignalTests() => File.CreateSymbolicLink(_scratch["dmscp"], Path.Combine(AppContext.BaseDirectory, "pipe"));

    public void Dispose() => _scratch.Dispose();

    [Theory]
    [InlineData("INT")]
    [InlineData("TERM")]
    [InlineData("HUP")]
    public void A_signal_ends_the_copy_with_status_6(string signal)
    {
        var run = Run($"""
            dmscp -r -e local -R 'while [ ! -e never ]; do sleep 0.1; done' -events events &
            started events
            kill -{signal} $!
            wait $!
            """);
        Assert.Equal((6, "dmscp: error: interrupted\n"), (run.Status, run.Error));
        var last = File.ReadAllLines(_scratch["events"])[^1];
        Assert.Contains("\"verdict\",\"ok\":false,\"exit\":6,", last);
        Assert.Contains("\"error\":\"interrupted\"", last);
    }

    [Fact]
    public void A_second_signal_leaves_at_once_with_the_same_status()
    {
        var run = Run("""
            dmscp -r -e local -R 'while [ ! -e never ]; do sleep 0.1; done' -events events &
            started events
            kill -TERM $!
            kill -TERM $! 2>/dev/null
            wait $!
            """);
        Assert.Equal(6, run.Status);
        Assert.Contains("dmscp: error: interrupted\n", run.Error);
    }

    [Fact]
    public void A_signal_that_is_ignored_stays_ignored()
    {
        var run = Run("""
            ( trap '' HUP; exec dmscp -r -e local -d "$PWD" -R 'while [ ! -e go ]; do sleep 0.1; done; echo done' -events events ) &
            started events
            kill -HUP $!
            sleep 0.3
            touch go
            wait $!
            """);
        Assert.Equal((0, "done\n", ""), (run.Status, run.Text, run.Error));
    }

    [Fact]
    public void Commands_do_not_inherit_the_descriptor_of_the_events()
    {
        var run = Run("dmscp -w -e local -f \"$PWD/list\" -L 'ls /proc/self/fd' -events 77 77>events");
        Assert.Equal((0, ""), (run.Status, run.Error));
        Assert.DoesNotContain("77", File.ReadAllLines(_scratch["list"]));
        Assert.NotEmpty(File.ReadAllLines(_scratch["list"]));
    }

    private Shell Run(string script) => Shell.Run(
        string.Create(CultureInfo.InvariantCulture, $"cd {ShellWords.Quote(_scratch.Directory)}; PATH=$PWD:$PATH\n{Prelude}{script}\n"),
        "/bin/bash");
}
