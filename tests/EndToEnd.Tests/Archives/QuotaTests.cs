namespace EndToEnd.Tests.Archives;

/// <summary>A quota that is used up is a full disk, whatever the file system says is free.</summary>
public sealed class QuotaTests : ArchiveTest
{
    [Cases(Needs.ProjectQuota)]
    [InlineData("archive")]
    [InlineData("file")]
    public Task Of_an_xfs_project(string what) => Fill("project", what);

    [Cases(Needs.UserQuota)]
    [InlineData("archive")]
    public Task Of_a_user(string what) => Fill("user", what);

    private async Task Fill(string kind, string what) => (await RunLab("fulldisk", $"{kind} 3 {what}", inFrontOf: "unshare -m")).Is(0);
}
