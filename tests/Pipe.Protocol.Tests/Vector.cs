namespace Pipe.Protocol.Tests;

/// <summary>
/// A golden vector: keys, an empty line, bytes in hex. Control messages come with their frame, what travels on data
/// connections comes bare.
/// </summary>
/// <param name="Name">Of the file, without its directory and extension.</param>
/// <param name="Message">Which decoder reads it: a message in lower case, "frame", "lane hello", "lane ack", "block header", "tree block", "spare word", "keeper request", "keeper answer" or one of the datagram channel or of NBD.</param>
/// <param name="Error">What the decoder says; null if it must read the bytes.</param>
/// <param name="Comment">The one thing that this vector is about.</param>
internal sealed record Vector(string Name, string Message, string? Error, string Comment, byte[] Bytes)
{
    private const string Ok = "ok";
    private const string ProtocolError = "protocol error";

    public static string Directory { get; } = Repository.PathOf("tests/vectors");

    public static IReadOnlyList<Vector> All { get; } = [.. System.IO.Directory.EnumerateFiles(Directory, "*.txt").Order(StringComparer.Ordinal).Select(Read)];

    public string Text =>
        $"expect: {(Error is null ? Ok : ProtocolError)}\nmessage: {Message}\n{(Error is null ? "" : $"error: {Error}\n")}comment: {Comment}\n\n{Page.ToHex(Bytes)}\n";

    private static Vector Read(string file)
    {
        var parts = File.ReadAllText(file).Split("\n\n", 2);
        var keys = parts[0].Split('\n').Select(line => line.Split(": ", 2)).ToDictionary(pair => pair[0], pair => pair[1]);
        var error = keys.GetValueOrDefault("error");
        if (keys["expect"] != (error is null ? Ok : ProtocolError))
        {
            throw new InvalidDataException($"{file}: a vector that expects '{keys["expect"]}' {(error is null ? "must say which error" : "has no error")}");
        }

        return new Vector(Path.GetFileNameWithoutExtension(file), keys["message"], error, keys["comment"], Page.FromHex(parts[1]));
    }
}
