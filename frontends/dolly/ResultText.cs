using System.Globalization;
using System.Text;
using Pipe.CommandLine;
using Pipe.Engine;

namespace Pipe.Dolly;

/// <summary>The results of all nodes, as a table or as JSON.</summary>
/// <param name="results">The results, in the order of the chain.</param>
/// <param name="names">The names of the nodes.</param>
internal sealed class ResultText(IReadOnlyList<ChainNodeResult> results, IReadOnlyList<string> names)
{
    private const string Head = "head";

    /// <summary>A heading and a line for each node.</summary>
    public IEnumerable<string> Table()
    {
        var width = Math.Clamp(names.Max(Columns.Of), "node".Length, 40);
        yield return $"{"#",5} {Columns.Fit("node", width)} {"bytes",14} {"seconds",9} {"rate",11} {"digest",-16} {"verified",-8}  verdict";
        foreach (var result in results)
        {
            var digest = result.Fault is null ? Digest(result) : "";
            var numbers = string.Create(CultureInfo.InvariantCulture, $"{result.Bytes,14} {result.Elapsed.TotalSeconds,9:0.000} {MeterLine.Amount((long)result.Rate) + "/s",11}");
            yield return $"{result.Position + 1,5} {Columns.Fit(names[result.Position], width)} {numbers} {digest,-16} {Verified(result),-8}  {Verdict(result)}";
        }
    }

    /// <summary>One JSON object per line.</summary>
    public string Json()
    {
        var text = new StringBuilder();
        foreach (var result in results)
        {
            text.Append(Add(new JsonLine().Text("node", names[result.Position]), result, names));
        }

        return text.ToString();
    }

    public static JsonLine Add(JsonLine line, ChainNodeResult result, IReadOnlyList<string> names) => line
        .Truth("ok", result.Fault is null)
        .Number("position", result.Position + 1)
        .Text("state", State(result))
        .Number("bytes", result.Bytes)
        .Number("kept", result.Kept)
        .Number("seconds", result.Elapsed)
        .Number("rate", (long)result.Rate)
        .Text("digest", result.Fault is null ? Digest(result) : null)
        .Text("verified", result.Fault is null ? Verified(result) : null)
        .Number("rejoined", result.Rejoined)
        .Truth("slow", result.WasSlow)
        .Text("parents", string.Join(',', result.Parents.Select(parent => parent < 0 ? Head : names[parent])))
        .Number("offset", result.Fault?.Offset)
        .Number("errno", result.Fault?.Errno)
        .Text("cause", result.Fault?.Failure.Message)
        .Text("hint", result.Fault is { Failure.Hint.Length: > 0 } fault ? fault.Failure.Hint : null);

    /// <summary>The bytes that were compared with the digests of the source: those given to write, or the target read again.</summary>
    private static string Verified(ChainNodeResult result) => result.Fault is not null ? "" : result.Verified == ChainVerify.Read ? "read" : "written";

    private static string Digest(ChainNodeResult result) => result.Digest.ToString("x16", CultureInfo.InvariantCulture);

    private static string State(ChainNodeResult result) => result switch
    {
        { Fault: { WasReached: false } } => "unreached",
        { Fault: not null } => "failed",
        { WasSlow: true } => "slow",
        { Rejoined: > 0 } => "rejoined",
        _ => "ok",
    };

    private static string Verdict(ChainNodeResult result) => result switch
    {
        { Fault: { } fault } => FaultText.Of(fault),
        { Rejoined: > 0 and var times } => times == 1 ? "ok, started again" : string.Create(CultureInfo.InvariantCulture, $"ok, started again {times} times"),
        { WasSlow: true } => "ok, slow",
        _ => "ok",
    };
}
