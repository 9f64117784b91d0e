using Pipe.Protocol;

namespace Pipe.Archives.Tests;

/// <summary>Which archives of a series are the older ones.</summary>
public sealed class SeriesTests : IDisposable
{
    private readonly Scratch _scratch = new();

    public void Dispose() => _scratch.Dispose();

    [Fact]
    public void The_closing_line_decides_and_not_the_time_of_the_file()
    {
        Store("s-1", "2026-11-21T12:00:01.000003Z", writtenAt: 1);
        Store("s-2", "2026-11-21T12:00:01.000002Z", writtenAt: 2);
        Store("s-3", "2026-11-21T12:00:01.000001Z", writtenAt: 3);
        Assert.Equal(["s-2", "s-3"], Old(keep: 1, "s-1"));
        Assert.Equal(["s-3"], Old(keep: 2, "s-1"));
        Assert.Equal(["s-2"], Old(keep: 1, "s-3"));
    }

    [Fact]
    public void What_is_not_complete_neither_counts_nor_goes()
    {
        Store("s-1", "2026-11-21T12:00:01.000001Z", writtenAt: 1);
        Store("s-2", "2026-11-21T12:00:01.000002Z", writtenAt: 2);
        SampleArchive.Write(new ArchiveName(_scratch.Directory, "s-3"), SampleArchive.Head("s-3"), SampleArchive.Fragments([7], _ => ""), isComplete: false);
        Store("t-1", "2026-11-21T12:00:01.000001Z", writtenAt: 1);
        Assert.Equal(["s-1"], Old(keep: 1, "s-3"));
        Assert.Null(Series.Old(_scratch.Directory, "u", 1, "u-1"));
    }

    private void Store(string name, string time, int writtenAt)
    {
        var archive = new ArchiveName(_scratch.Directory, name);
        SampleArchive.Write(archive, SampleArchive.Head(name), SampleArchive.Fragments([7], _ => ""), isComplete: true, time: time);
        File.SetLastWriteTimeUtc(archive.Manifest, DateTime.UnixEpoch.AddSeconds(writtenAt));
    }

    private IEnumerable<string>? Old(int keep, string named) => Series.Old(_scratch.Directory, "s", keep, named)?.Select(archive => archive.Name);
}
