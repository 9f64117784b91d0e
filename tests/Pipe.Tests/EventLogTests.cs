using Pipe.Engine;
using Pipe.Protocol;

namespace Pipe.Tests;

public sealed class EventLogTests
{
    private readonly List<string> _warnings = [];

    private static JsonLine Line => new(default, "x");

    [Fact]
    public void Lines_are_written_in_order_and_the_verdict_is_the_last()
    {
        using var stream = new MemoryStream();
        using var log = new EventLog(() => stream.Write, _warnings.Add);
        log.Add(new JsonLine(default, "first"));
        log.Add(new JsonLine(default, "second"));
        log.Finish(new JsonLine(default, "verdict"));
        log.Add(new JsonLine(default, "late"));
        log.Finish(new JsonLine(default, "verdict"));
        Assert.Equal(
            "{\"t\":0.000,\"event\":\"first\"}\n{\"t\":0.000,\"event\":\"second\"}\n{\"t\":0.000,\"event\":\"verdict\"}\n",
            System.Text.Encoding.UTF8.GetString(stream.ToArray()));
        Assert.Empty(_warnings);
    }

    [Fact]
    public void A_reader_that_goes_away_gives_one_warning_and_no_error()
    {
        using var log = new EventLog(() => _ => throw new IOException("3: broken pipe"), Warn);
        log.Add(Line);
        WaitFor(() => Warnings.Length > 0);
        for (var i = 0; i < 3000; i++)
        {
            log.Add(Line);
        }

        log.Finish(Line);
        Assert.Equal(["events: 3: broken pipe"], Warnings);
    }

    [Fact]
    public void A_reader_that_does_not_read_holds_nobody_up()
    {
        var never = new ManualResetEventSlim();
        using var log = new EventLog(() => _ => never.Wait(), Warn);
        for (var i = 0; i < 3000; i++)
        {
            log.Add(Line);
        }

        log.Finish(Line);
        never.Set();
        Assert.Equal(["events: the reader has stopped reading, no more are written"], Warnings);
    }

    [Fact]
    public void A_verdict_that_nobody_takes_is_waited_for_but_not_for_ever()
    {
        var never = new ManualResetEventSlim();
        using var log = new EventLog(() => _ => never.Wait(), Warn);
        log.Finish(Line);
        never.Set();
        Assert.Equal(["events: the reader has stopped reading, the last ones are lost"], Warnings);
    }

    [Fact]
    public void A_target_that_cannot_be_opened_fails_the_run_before_it_starts() =>
        Assert.Equal("no", Assert.Throws<Failure>(() => new EventLog(() => throw new Failure(ExitCode.Usage, "no"), Warn)).Message);

    [Fact]
    public void A_target_that_opens_late_gets_all_lines()
    {
        using var stream = new MemoryStream();
        var reader = new ManualResetEventSlim();
        using var log = new EventLog(
            () =>
            {
                reader.Wait();
                return stream.Write;
            },
            Warn);
        log.Add(Line);
        reader.Set();
        log.Finish(Line);
        Assert.Equal(2, stream.ToArray().Count(value => value == '\n'));
        Assert.Empty(Warnings);
    }

    private string[] Warnings
    {
        get
        {
            lock (_warnings)
            {
                return [.. _warnings];
            }
        }
    }

    private static void WaitFor(Func<bool> condition) => Assert.True(SpinWait.SpinUntil(condition, TimeSpan.FromSeconds(30)));

    private void Warn(string text)
    {
        lock (_warnings)
        {
            _warnings.Add(text);
        }
    }
}
