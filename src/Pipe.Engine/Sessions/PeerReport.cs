using Pipe.Protocol;

namespace Pipe.Engine;

/// <summary>Handles a peer's report, for a session and for a copy between two servers.</summary>
internal static class PeerReport
{
    /// <summary>Warnings of peers that are kept.</summary>
    public const int MostWarnings = 16;

    /// <summary>Checks a report against the sender's totals; null if there are none yet.</summary>
    public static void Check(Report report, End? sent)
    {
        if (sent?.Size != report.Size)
        {
            throw new ProtocolException($"a report of {report.Size} bytes {(sent is { } end ? $"instead of {end.Size}" : "before the end")}");
        }
    }

    /// <summary>Reports the errors of a host about members of a tree, one per line.</summary>
    public static void ShowErrors(string host, string errors, IObserver observer)
    {
        foreach (var line in errors.Split('\n', StringSplitOptions.RemoveEmptyEntries))
        {
            observer.ItemError($"{host}: {line}");
        }
    }
}
