using Pipe.Dolly;

namespace Frontends.Tests.Dolly;

/// <summary>The lines that dolly 0.59 wrote in runs of 50 and 64 MB are the examples.</summary>
public sealed class StatisticsLogTests
{
    private static readonly Configuration Plain = new()
    {
        Input = new InputFile("/dev/shm/in"),
        Output = new OutputFile("/tmp/out"),
        Server = "s0",
        Hosts = ["n1", "n2"],
    };

    [Fact]
    public void A_brief_log_has_the_columns_of_dolly() => Assert.Equal(
        "infile = '/dev/shm/in'\noutfile = '/tmp/out'\n     1460        2   0.338293  147.825781  295.651562  \n",
        new StatisticsLog(Plain, 50_008_427, TimeSpan.FromMicroseconds(338_293)).Brief());

    [Fact]
    public void A_dummy_run_has_a_column_more_and_no_files() => Assert.Equal(
        "       64     1200        2   0.149611  448.555681  897.111362  \n",
        new StatisticsLog(new Configuration { IsDummy = true, SegmentSize = 1200, Hosts = ["n1", "n2"] }, 64 << 20, TimeSpan.FromMicroseconds(149_611)).Brief());

    [Fact]
    public void Compressed_files_are_marked() => Assert.StartsWith(
        "compressed infile = 'i'\noutfile = 'o'\n",
        new StatisticsLog(Plain with { Input = new InputFile("i", IsCompressed: true), Output = new OutputFile("o") }, 1, TimeSpan.FromSeconds(1)).Brief());

    [Fact]
    public void A_verbose_log_describes_the_run() => Assert.Equal(
        """
        infile = '/dev/shm/in'
        outfile = '/tmp/out'
        Standard TCP segment size : 1460 Bytes (1514 Byte eth)
        Server : 's0'
        Fanout = 1
        Nr of childs = 1
        Nr of hosts = 2
        Time: 1.005
        MBytes/s: 49.751
        Aggregate MBytes/s: 99.502

        """,
        new StatisticsLog(Plain, 50_000_000, TimeSpan.FromMilliseconds(1005)).Verbose(1));

    [Fact]
    public void A_segment_size_is_shown() => Assert.Contains(
        "TCP segment size : 1200 Byte (1254 Byte eth)\n",
        new StatisticsLog(Plain with { SegmentSize = 1200 }, 1, TimeSpan.FromSeconds(1)).Verbose(1));

    [Fact]
    public void The_size_of_the_unpacked_data_has_rates_of_its_own() => Assert.EndsWith(
        "Bytes written on each node: 5000000000\nMBytes/s written: 2500.000\nAggregate MBytes/s written: 5000.000\n",
        new StatisticsLog(Plain, 1_000_000, TimeSpan.FromSeconds(2)).Times(5_000_000_000));

    [Fact]
    public void A_run_that_took_no_time_has_no_rate() => Assert.Contains("MBytes/s: 0.000\n", new StatisticsLog(Plain, 5, TimeSpan.Zero).Times());
}
