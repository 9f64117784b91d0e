using System.Text.RegularExpressions;
using Pipe.Protocol.Tests.Datagrams;

namespace Pipe.Protocol.Tests;

/// <summary>Runs tests/vectors. UPDATE_VECTORS=1 writes them anew from <see cref="Scenarios"/>, after a change of the wire.</summary>
public partial class VectorTests
{
    public static TheoryData<string> Names => [.. Vector.All.Select(vector => vector.Name)];

    [Theory]
    [MemberData(nameof(Names))]
    public void A_vector_is_read_or_refused_as_it_says(string name)
    {
        var vector = Vector.All.Single(v => v.Name == name);
        if (vector.Error is null)
        {
            Assert.Equal(vector.Bytes, Codec.ReadAndWrite(vector.Message, vector.Bytes));
        }
        else
        {
            Assert.Equal(vector.Error, Assert.Throws<ProtocolException>(() => Codec.ReadAndWrite(vector.Message, vector.Bytes)).Message);
        }
    }

    [Fact]
    public void The_files_are_those_of_the_scenarios_byte_for_byte()
    {
        if (Environment.GetEnvironmentVariable("UPDATE_VECTORS") == "1")
        {
            foreach (var scenario in Scenarios.All)
            {
                File.WriteAllText(Path.Combine(Vector.Directory, scenario.Name + ".txt"), scenario.Text);
            }

            return;
        }

        foreach (var scenario in Scenarios.All)
        {
            Assert.Equal(scenario.Text, File.ReadAllText(Path.Combine(Vector.Directory, scenario.Name + ".txt")));
        }

        Assert.Equal(Scenarios.All.Select(s => s.Name).Order(StringComparer.Ordinal), Vector.All.Select(v => v.Name));
    }

    [Fact]
    public void There_are_many_vectors_and_each_is_a_scenario_of_its_own()
    {
        Assert.True(Vector.All.Count >= 60, $"only {Vector.All.Count} vectors");
        Assert.Equal(Vector.All.Count, Vector.All.Select(vector => vector.Comment).Distinct().Count());
        Assert.Equal(Vector.All.Count, Vector.All.Select(vector => Convert.ToHexString(vector.Bytes)).Distinct().Count());
    }

    [Fact]
    public void Every_message_has_a_vector_that_is_read()
    {
        var read = Vector.All.Where(vector => vector.Error is null).Select(vector => vector.Message).Distinct();
        string[] bare = [Codec.BlockHeaderName, Codec.LaneAckName, Codec.LaneHelloName, Codec.TreeBlockName, .. DatagramScenarios.Names, .. SpareScenarios.Names, .. NbdScenarios.Names];
        Assert.Equal(Enum.GetValues<MessageType>().Select(Codec.NameOf).Concat(bare).Order(), read.Order());
    }

    [Fact]
    public void Every_refusal_in_the_sources_has_a_vector()
    {
        var refusals = Directory.EnumerateFiles(Repository.PathOf("src/Pipe.Protocol"), "*.cs", SearchOption.AllDirectories)
            .SelectMany(file => Refusal().Matches(File.ReadAllText(file)).Select(match => match.Groups[1].Value))
            .ToList();
        var calls = Directory.EnumerateFiles(Repository.PathOf("src/Pipe.Protocol"), "*.cs", SearchOption.AllDirectories)
            .Sum(file => File.ReadAllText(file).Split("ProtocolException.Throw(").Length - 1);
        Assert.Equal(calls, refusals.Count); // each is a plain text that the expression below finds
        Assert.All(refusals, refusal => Assert.Contains(Vector.All, vector => vector.Error is { } error && Pattern(refusal).IsMatch(error)));

        // What is one line of code in the reader is many refusals: each bound of each field.
        var fields = Directory.EnumerateFiles(Repository.PathOf("src/Pipe.Protocol/Control"), "*.cs")
            .SelectMany(file => Field().Matches(File.ReadAllText(file)).Select(match => match.Groups[1].Value))
            .ToList();
        Assert.True(fields.Count >= 10, string.Join(", ", fields));
        Assert.All(fields, field => Assert.Contains(Vector.All, vector => vector.Error?.Contains($": {field} is ", StringComparison.Ordinal) == true));
    }

    private static Regex Pattern(string refusal) => new("^" + Hole().Replace(Regex.Escape(refusal), ".+") + "$");

    [GeneratedRegex("""ProtocolException\.Throw\(\$?"([^"]*)"\)""")]
    private static partial Regex Refusal();

    [GeneratedRegex("""(?:Number|Choice)\([^"]*"([^"]+)"\)""")]
    private static partial Regex Field();

    [GeneratedRegex(@"\\{[^}]*}")]
    private static partial Regex Hole();
}
