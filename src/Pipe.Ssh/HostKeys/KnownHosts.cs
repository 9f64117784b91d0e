using Pipe.Engine;
using Pipe.Linux;
using Pipe.Protocol;

namespace Pipe.Ssh;

/// <summary>What the known_hosts files say about one host.</summary>
internal sealed class KnownHosts
{
    private const int MaxSize = 64 << 20;
    private const uint OnlyOwner = 0x180; // 0600
    private readonly Target _target;
    private readonly List<KnownHost> _lines = [];

    /// <exception cref="Failure">A file cannot be read.</exception>
    public KnownHosts(Target target)
    {
        _target = target;
        foreach (var path in target.UserKnownHosts.Concat(target.GlobalKnownHosts))
        {
            Read(path);
        }
    }

    /// <summary>The types of the keys that are known. The server is asked for these first, as otherwise a known host could look like an unknown one.</summary>
    public IEnumerable<string> Types => With(KnownHostMarker.None).Select(static line => line.Type).Distinct();

    /// <summary>Why a key is not the host's; null if it is known to be.</summary>
    /// <param name="key">As the server sent it.</param>
    public HostKeyProblem? Check(byte[] key)
    {
        var name = _target.KnownName;
        var print = $"{KnownHost.TypeOf(key)} key {KnownHost.Fingerprint(key)}";
        if (With(KnownHostMarker.Revoked).FirstOrDefault(line => line.Has(key)) is { } revoked)
        {
            return HostKeyProblem.Final($"{name}: the host has a key that {revoked.Place} revokes: {print}", "do not connect until you know why the host uses this key");
        }

        var plain = With(KnownHostMarker.None).ToList();
        if (plain.Exists(line => line.Has(key)))
        {
            return null;
        }

        if (plain.Find(line => line.Type == KnownHost.TypeOf(key)) is { } same)
        {
            return HostKeyProblem.Final($"{name}: the host key has changed: {print} is not the key of {same.Place}", Explanation(same));
        }

        if (plain.Count > 0)
        {
            return HostKeyProblem.Final($"{name}: the host key is of another type than before: {print} is not the {plain[0].Type} key of {plain[0].Place}", Explanation(plain[0]));
        }

        return With(KnownHostMarker.Authority).FirstOrDefault() is { } authority
            ? HostKeyProblem.Final($"{name}: {authority.Place}: @cert-authority: the built-in ssh does not check certificates", "use OpenSSH's ssh for this host, or add the host's own key to a known_hosts file")
            : HostKeyProblem.Unknown(name, key);
    }

    /// <summary>Makes a key known that the user has confirmed.</summary>
    /// <returns>Where it is stored now.</returns>
    /// <exception cref="Failure">It cannot be stored.</exception>
    public string Add(byte[] key)
    {
        if (_target.UserKnownHosts is not [var path, ..])
        {
            throw SshFailure.Of($"{_target.KnownName}: there is no known_hosts file to which the key could be added");
        }

        var line = KnownHost.LineFor(_target.KnownName, key, _target.Settings.HashesKnownHosts ?? false);
        try
        {
            if (Path.GetDirectoryName(path) is { Length: > 0 } folder && FileStatus.Of(folder) is null)
            {
                Directory.CreateDirectory(folder, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
            }

            using var file = Fd.Open(path, OpenFlags.ReadWrite | OpenFlags.Create | OpenFlags.Append, OnlyOwner);
            file.WriteAll(RawText.Encode(EndsInLine(file) ? line : $"\n{line}"));
            file.Close();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw SshFailure.Of($"{path}: the key cannot be added: {e.Message}", inner: e);
        }

        _lines.Add(KnownHost.Parse(line.TrimEnd('\n'), path)!);
        return path;
    }

    private static string Explanation(KnownHost line) =>
        $"someone may be listening in, or the host was set up again; if you are certain of that, remove {line.Place}";

    private IEnumerable<KnownHost> With(KnownHostMarker marker) => _lines.Where(line => line.Marker == marker);

    private static bool EndsInLine(Fd file)
    {
        var size = FileStatus.Of(file).Size;
        var last = new byte[1];
        return size == 0 || (file.ReadSomeAt(last, size - 1) == 1 && last[0] == (byte)'\n');
    }

    private void Read(string path)
    {
        using var file = Fd.TryOpen(path, OpenFlags.ReadOnly | OpenFlags.NonBlocking);
        if (file is null && FileStatus.Of(path) is null)
        {
            return;
        }

        if (file is null)
        {
            // It may revoke the key.
            throw SshFailure.Of($"{path}: cannot be read");
        }

        var size = FileStatus.Of(file).Size;
        var bytes = size <= MaxSize ? new byte[size] : throw SshFailure.Of($"{path}: larger than {MaxSize} bytes");
        var number = 0;
        foreach (var text in RawText.Decode(bytes.AsSpan(0, file.ReadAt(bytes, 0))).Split('\n'))
        {
            number++;
            if (KnownHost.Parse(text, $"{path}:{number}") is { } line && line.IsFor(_target.KnownName))
            {
                _lines.Add(line);
            }
        }
    }
}
