using Pipe.Protocol;

namespace Pipe.Fuzz;

/// <summary>A golden vector of tests/vectors.</summary>
/// <param name="Message">Which decoder reads it: a message in lower case, "frame", "lane hello", "lane ack", "block header" or "tree block".</param>
internal sealed record Seed(string Name, string Message, byte[] Bytes)
{
    /// <summary>Whether it is a frame of the control channel.</summary>
    public bool IsFrame => !Message.Contains(' ', StringComparison.Ordinal) && Bytes.Length >= Frame.Size;
}

/// <summary>The seeds of mutations.</summary>
internal sealed class Corpus(string root)
{
    private readonly Seed[] _all = [.. Directory.EnumerateFiles(Path.Combine(root, "tests/vectors"), "*.txt").Order(StringComparer.Ordinal).Select(Read)];

    private readonly Dictionary<string, Seed[]> _kinds = [];

    /// <summary>A vector of that kind of message; any vector if there is none.</summary>
    public Seed AnyOf(string message, Random random)
    {
        if (!_kinds.TryGetValue(message, out var kind))
        {
            _kinds.Add(message, kind = [.. _all.Where(seed => seed.Message == message)]);
        }

        return kind.Length > 0 ? kind[random.Next(kind.Length)] : Any(random);
    }

    public Seed Any(Random random) => _all[random.Next(_all.Length)];

    /// <summary>A block of a tree, not all of them good.</summary>
    public Seed AnyTree(Random random)
    {
        while (true)
        {
            if (Any(random) is { Message: "tree block" } block)
            {
                return block;
            }
        }
    }

    /// <summary>The text of a datagram, not all of them good.</summary>
    public Seed AnyDatagram(Random random)
    {
        while (true)
        {
            if (Any(random) is var seed && seed.Name.StartsWith("datagram_", StringComparison.Ordinal))
            {
                return seed;
            }
        }
    }

    public Seed AnyFrame(Random random)
    {
        while (true)
        {
            if (Any(random) is { IsFrame: true } frame)
            {
                return frame;
            }
        }
    }

    private static Seed Read(string file)
    {
        var parts = File.ReadAllText(file).Split("\n\n", 2);
        var keys = parts[0].Split('\n').Select(line => line.Split(": ", 2)).ToDictionary(pair => pair[0], pair => pair[1]);
        return new Seed(Path.GetFileNameWithoutExtension(file), keys["message"], Convert.FromHexString(string.Concat(parts[1].Where(char.IsAsciiHexDigit))));
    }
}
