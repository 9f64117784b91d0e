namespace EndToEnd.Tests.Sessions;

/// <summary>Data written into a pipe come out at the other end at once, not when a block is full.</summary>
public sealed class LatencyTests : CopyTest
{
    [Cases]
    [BothWays]
    public async Task A_line_that_is_written_arrives_before_the_next_one_is(Far far)
    {
        var copying = Start("dmscp -w $FAR -d \"$PWD\" -R 'cat > there'", far);
        for (var i = 1; i <= 20; i++)
        {
            await copying.Write($"line {i}\n");
            await copying.Until(() => File.Exists(PathOf("there")) && File.ReadAllText(PathOf("there")).EndsWith($"line {i}\n", StringComparison.Ordinal), $"line {i}");
        }

        copying.CloseInput();
        (await copying.End()).Is(0);
    }

    [Cases]
    [BothWays]
    public async Task A_line_that_is_read_arrives_before_the_next_one_is_written(Far far)
    {
        (await Run("mkfifo pipe")).Is(0);
        var copying = Start("dmscp -r $FAR -d \"$PWD\" -R 'cat pipe'", far);
        var writing = Start("cat > pipe");
        for (var i = 1; i <= 20; i++)
        {
            await writing.Write($"line {i}\n");
            await copying.Until(() => copying.Output.EndsWith($"line {i}\n", StringComparison.Ordinal), $"line {i}");
        }

        writing.CloseInput();
        (await copying.End()).Is(0);
    }

    [Cases]
    [BothWays]
    public async Task A_conversation_of_two_copies_goes_on(Far far)
    {
        // Each answer is asked for by the answer before it.
        (await Run("""
            mkfifo up down
            dmscp -w $FAR -d "$PWD" -R 'cat > down' < up &
            exec 3> up 4< down
            for i in $(seq 50); do
              echo "$i" >&3
              read -r answer <&4
              test "$answer" = "$i" || exit 1
            done
            exec 3>&-
            wait $!
            """, far)).Is(0);
    }

    [Cases]
    [BothWays]
    public async Task After_more_than_fits_into_the_control_channel_a_line_still_arrives_at_once(Far far)
    {
        var copying = Start("dmscp -w $FAR -d \"$PWD\" -R 'cat > there'", far);
        await copying.Write(new string('x', 300_000));
        for (var i = 1; i <= 20; i++)
        {
            await copying.Write($"line {i}\n");
            await copying.Until(() => File.Exists(PathOf("there")) && File.ReadAllText(PathOf("there")).EndsWith($"line {i}\n", StringComparison.Ordinal), $"line {i}");
        }

        copying.CloseInput();
        (await copying.End()).Is(0);
        Assert.StartsWith(new string('x', 300_000), await File.ReadAllTextAsync(PathOf("there")), StringComparison.Ordinal);
    }
}
