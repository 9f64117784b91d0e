using System.Text.RegularExpressions;
using System.Xml.Linq;

namespace EndToEnd.Tests.Repository;

/// <summary>Rules about the place of files and the references between projects.</summary>
public sealed class ProjectTests
{
    private const int MostLines = 350;

    private static readonly Dictionary<string, string[]> Allowed = new()
    {
        ["Pipe.Protocol"] = [],
        ["Pipe.Linux"] = ["Pipe.Protocol"],
        ["Pipe.Engine"] = ["Pipe.Protocol", "Pipe.Linux"],
        ["Pipe.Trees"] = ["Pipe.Protocol", "Pipe.Linux", "Pipe.Engine"],
        ["Pipe.Archives"] = ["Pipe.Protocol", "Pipe.Linux", "Pipe.Engine"],
        ["Pipe.Nbd"] = ["Pipe.Protocol", "Pipe.Linux", "Pipe.Engine"],
        ["Pipe.CommandLine"] = ["Pipe.Protocol", "Pipe.Linux", "Pipe.Engine", "Pipe.Trees", "Pipe.Archives"],
        ["Pipe.Ssh"] = ["Pipe.Protocol", "Pipe.Linux", "Pipe.Engine", "Pipe.Trees", "Pipe.CommandLine"],
        ["Pipe"] = ["Pipe.Protocol", "Pipe.Linux", "Pipe.Engine", "Pipe.CommandLine", "Pipe.Ssh", "a front end"],
    };

    private static readonly string[] AllowedToFrontEnds = [.. Allowed["Pipe.CommandLine"], "Pipe.CommandLine", "Pipe.Nbd"];

    [Fact]
    public void Project_references_point_only_along_the_arrows()
    {
        var wrong =
            from project in Projects()
            from reference in References(project)
            where !MayKnow(project).Contains(FrontEndOrName(reference))
            select $"{project} references {reference}";
        Assert.Empty(wrong);
    }

    [Fact]
    public void Only_Pipe_Linux_may_be_unsafe_or_call_into_native_libraries()
    {
        string[] marks = ["AllowUnsafeBlocks", "[LibraryImport", "[DllImport"];
        var wrong =
            from file in Checkout.Files()
            where IsProduct(file) && !file.StartsWith("src/Pipe.Linux/", StringComparison.Ordinal)
            let text = Checkout.Text(file)
            from mark in marks
            where text.Contains(mark, StringComparison.Ordinal)
            select $"{file}: {mark}";
        Assert.Empty(wrong);
    }

    /// <summary>Except for the list of transports, and the address by which a peer is reached.</summary>
    [Fact]
    public void Nothing_of_the_engine_outside_a_transport_knows_its_sockets_and_lanes()
    {
        string[] marks = ["TcpSocket", "TcpMeasure", "TcpLane", "TcpTransport", "UdpSocket", "UdpLane", "UdpTransport", "OfType<"];
        var wrong =
            from file in Checkout.Files()
            where file.StartsWith("src/Pipe.Engine/", StringComparison.Ordinal) && file != "src/Pipe.Engine/Lanes/LaneTransports.cs"
            where !file.StartsWith("src/Pipe.Engine/Lanes/Tcp/", StringComparison.Ordinal) && !file.StartsWith("src/Pipe.Engine/Lanes/Udp/", StringComparison.Ordinal)
            let text = Checkout.Text(file).Replace("TcpSocket.LocalAddressToward", "", StringComparison.Ordinal).Replace("OfType<IPAddress>", "", StringComparison.Ordinal)
            from mark in marks
            where text.Contains(mark, StringComparison.Ordinal)
            select $"{file}: {mark}";
        Assert.Empty(wrong);
    }

    /// <summary>Their abilities are members of the interfaces.</summary>
    [Fact]
    public void No_source_sink_or_lane_is_asked_for_its_type() => Assert.Empty(
        from file in Checkout.Files()
        where IsProduct(file) && file.EndsWith(".cs", StringComparison.Ordinal)
        from Match match in Regex.Matches(Checkout.Text(file), @"\b_?(source|sink|lane|inner)\)? (is|as) (not )?[A-Z]\w*")
        select $"{file}: {match.Value}");

    [Fact]
    public void No_source_file_is_too_long()
    {
        var tooLong =
            from file in Checkout.Files()
            where file.EndsWith(".cs", StringComparison.Ordinal) || file.EndsWith(".py", StringComparison.Ordinal)
            let lines = File.ReadLines(Checkout.PathOf(file)).Count()
            where lines > MostLines
            select $"{file}: {lines} lines";
        Assert.Empty(tooLong);
    }

    [Fact]
    public void Every_project_is_in_the_solution()
    {
        var solution = Checkout.Text("Pipe.sln").Replace('\\', '/');
        var left = Checkout.Files().Where(file =>
            file.EndsWith(".csproj", StringComparison.Ordinal)
            && (IsProduct(file) || file.EndsWith(".Tests.csproj", StringComparison.Ordinal))
            && !solution.Contains(file, StringComparison.Ordinal));
        Assert.Empty(left);
    }

    private static bool IsProduct(string file) =>
        file.StartsWith("src/", StringComparison.Ordinal) || file.StartsWith("frontends/", StringComparison.Ordinal);

    private static IEnumerable<string> Projects() =>
        Checkout.Files().Where(file => IsProduct(file) && file.EndsWith(".csproj", StringComparison.Ordinal));

    private static IEnumerable<string> References(string project) =>
        from element in XDocument.Load(Checkout.PathOf(project)).Descendants("ProjectReference")
        let include = element.Attribute("Include")!.Value.Replace('\\', '/')
        select Path.GetRelativePath(Checkout.Root, Path.GetFullPath(Path.Combine(Checkout.PathOf(project), "..", include)));

    private static string[] MayKnow(string project) =>
        project.StartsWith("frontends/", StringComparison.Ordinal) ? AllowedToFrontEnds : Allowed[Path.GetFileNameWithoutExtension(project)];

    private static string FrontEndOrName(string project) =>
        project.StartsWith("frontends/", StringComparison.Ordinal) ? "a front end" : Path.GetFileNameWithoutExtension(project);
}
