using System.Globalization;
using System.Text;
using Pipe.CommandLine;
using Pipe.Engine;

namespace Pipe.Dccli;

/// <summary>The results of all copies, as a table or as JSON.</summary>
internal static class ResultText
{
    /// <summary>A heading and a line for each destination.</summary>
    /// <param name="all">The copies, each with its failure, if any.</param>
    public static IEnumerable<string> Table(IReadOnlyList<(Progress One, Failure? Failure)> all)
    {
        var width = Math.Clamp(all.Max(result => Columns.Of(result.One.Name)), "destination".Length, 40);
        yield return $"{Columns.Fit("destination", width)} {"bytes",14} {"seconds",9} {"rate",11} {"resent",6}  verdict";
        foreach (var (one, failure) in all)
        {
            var (bytes, elapsed) = Amount(one);
            var numbers = string.Create(CultureInfo.InvariantCulture, $"{bytes,14} {elapsed.TotalSeconds,9:0.000} {MeterLine.Amount(Speed.Average(bytes, elapsed)) + "/s",11} {one.Resent,6}");
            yield return $"{Columns.Fit(one.Name, width)} {numbers}  {(failure is null ? "ok" : Cause(one, failure))}";
        }
    }

    /// <summary>One JSON object per line.</summary>
    public static string Json(IReadOnlyList<(Progress One, Failure? Failure)> all)
    {
        var text = new StringBuilder();
        foreach (var (one, failure) in all)
        {
            text.Append(Add(new JsonLine().Text("destination", one.Name), one, failure));
        }

        return text.ToString();
    }

    /// <summary>A copy that succeeded, in one line.</summary>
    public static string Summary(Progress one, Outcome outcome)
    {
        var (bytes, elapsed) = Amount(one);
        return string.Create(
            CultureInfo.InvariantCulture,
            $"{bytes} bytes in {elapsed.TotalSeconds:0.000} s, {MeterLine.Amount(Speed.Average(bytes, elapsed))}/s, way: {outcome.Way}, lanes: {outcome.Lanes}, damaged: {one.Tally.Damaged}, lost: {one.Tally.Lost}");
    }

    public static JsonLine Add(JsonLine line, Progress one, Failure? failure)
    {
        var (bytes, elapsed) = Amount(one);
        return line
            .Truth("ok", failure is null)
            .Number("exit", (int)(failure?.Code ?? Protocol.ExitCode.Done))
            .Number("bytes", bytes)
            .Number("seconds", elapsed)
            .Number("rate", Speed.Average(bytes, elapsed))
            .Number("resent", one.Resent)
            .Number("retries", one.Retries)
            .Text("way", one.Result?.Outcome?.Way)
            .Text("cause", failure?.Message)
            .Text("hint", failure is { Hint.Length: > 0 } ? failure.Hint : null);
    }

    /// <summary>The cause without the host, which is in the first column.</summary>
    private static string Cause(Progress one, Failure failure)
    {
        var host = $"{one.Destination.Plan.Remote.Name}: ";
        return failure.Message.StartsWith(host, StringComparison.Ordinal) ? failure.Message[host.Length..] : failure.Message;
    }

    /// <summary>The bytes, and the time of all tries.</summary>
    private static (long Bytes, TimeSpan Elapsed) Amount(Progress one) =>
        (one.Bytes, one.Retries == 0 && one.Result?.Outcome is { } outcome ? outcome.Elapsed : one.Elapsed);
}
