using System.Globalization;

namespace Pipe.Dolly;

/// <summary>The text that dolly appends to the file of -o. Columns and spaces are those of dolly 0.5x.</summary>
/// <param name="configuration">The data that were sent, and the nodes.</param>
/// <param name="bytes">Bytes of the source.</param>
/// <param name="elapsed">The time from the first byte to the last.</param>
internal sealed class StatisticsLog(Configuration configuration, long bytes, TimeSpan elapsed)
{
    private const int UsualSegment = 1460;
    private const int EthernetHeaders = 54;
    private const double Million = 1e6;

    private double Rate => elapsed > TimeSpan.Zero ? bytes / Million / elapsed.TotalSeconds : 0;

    private int Clients => configuration.Hosts.Count;

    /// <summary>The file names, then one line: segment size, clients, seconds, MB/s, MB/s of all clients.</summary>
    public string Brief() => Names() + string.Create(
        CultureInfo.InvariantCulture,
        $"{(configuration.IsDummy ? $" {bytes >> 20,8}" : "")} {Segment(),8} {Clients,8}{(long)elapsed.TotalSeconds,4}.{Microseconds:000000}  {Rate,4:0.000000}  {Rate * Clients,4:0.000000}  \n");

    /// <summary>The log with -v.</summary>
    public string Verbose(int children) => string.Create(
        CultureInfo.InvariantCulture,
        $"{Names()}{SegmentText()}Server : '{configuration.Server}'\nFanout = {configuration.Fanout}\nNr of childs = {children}\nNr of hosts = {Clients}\n{Times()}");

    /// <summary>The lines at the end of a run.</summary>
    /// <param name="uncompressed">Size of the data on each node, if it is another; 0 if not.</param>
    public string Times(long uncompressed = 0)
    {
        var written = elapsed > TimeSpan.Zero ? uncompressed / Million / elapsed.TotalSeconds : 0;
        var more = uncompressed == 0 ? "" : string.Create(
            CultureInfo.InvariantCulture,
            $"Bytes written on each node: {uncompressed}\nMBytes/s written: {written:0.000}\nAggregate MBytes/s written: {written * Clients:0.000}\n");
        return string.Create(
            CultureInfo.InvariantCulture,
            $"Time: {elapsed.TotalSeconds:0.000}\nMBytes/s: {Rate:0.000}\nAggregate MBytes/s: {Rate * Clients:0.000}\n{more}");
    }

    /// <inheritdoc cref="Times"/>
    public string[] TimesByLine(long uncompressed) => Times(uncompressed).TrimEnd().Split('\n');

    private long Microseconds => elapsed.Ticks % TimeSpan.TicksPerSecond / TimeSpan.TicksPerMicrosecond;

    private int Segment() => configuration.SegmentSize > 0 ? configuration.SegmentSize : UsualSegment;

    private string SegmentText() => configuration.SegmentSize > 0
        ? $"TCP segment size : {Segment()} Byte ({Segment() + EthernetHeaders} Byte eth)\n"
        : $"Standard TCP segment size : {UsualSegment} Bytes ({UsualSegment + EthernetHeaders} Byte eth)\n";

    private string Names()
    {
        if (configuration.IsDummy)
        {
            return "";
        }

        var input = configuration.Input is { } source ? $"{Prefix(source.IsCompressed)}infile = '{source.Path}'\n" : "";
        return configuration.Output is { } target ? $"{input}{Prefix(target.IsCompressed)}outfile = '{target.Path}'\n" : input;
    }

    private static string Prefix(bool isCompressed) => isCompressed ? "compressed " : "";
}
