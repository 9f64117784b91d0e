using Pipe.Engine;
using Pipe.Linux;
using Pipe.Protocol;

namespace Pipe.Ssh;

/// <summary>The lines of the known_hosts files for one host.</summary>
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

    /// <summary>The types of the known keys. The client prefers these types, because a known host that presents a key of another type looks unknown.</summary>
    public IEnumerable<string> Types => With(KnownHostMarker.None).Select(static line => line.Type).Distinct();

    /// <summary>The reason to reject a key; null for a known key of the host.</summary>
    /// <param name="key">As the server sent it.</param>
    public HostKeyProblem? Check(byte[] key)
    {
        var name = _target.KnownName;
        var print = $"{KnownHost.TypeOf(key)} key {KnownHost.Fingerprint(key)}";
        if (With(KnownHostMarker.Revoked).FirstOrDefault(line => line.Has(key)) is { } revoked)
        {
            return HostKeyProblem.Final($"{name}: {revoked.Place} revokes the host key: {print}", "do not connect until you know why the host uses this key");
        }

        var plain = With(KnownHostMarker.None).ToList();
        if (plain.Exists(line => line.Has(key)))
        {
            return null;
        }

        if (plain.Find(line => line.Type == KnownHost.TypeOf(key)) is { } same)
        {
            return HostKeyProblem.Final($"{name}: the host key has changed: {print} is not the key in {same.Place}", Explanation(same));
        }

        if (plain.Count > 0)
        {
            return HostKeyProblem.Final($"{name}: the host key has another type than before: {print} is not the {plain[0].Type} key in {plain[0].Place}", Explanation(plain[0]));
        }

        return With(KnownHostMarker.Authority).FirstOrDefault() is { } authority
            ? HostKeyProblem.Final($"{name}: {authority.Place}: @cert-authority: the built-in ssh does not check certificates", "use OpenSSH's ssh for this host, or add the host's own key to a known_hosts file")
            : HostKeyProblem.Unknown(name, key);
    }

    /// <summary>Stores a key that the user has confirmed.</summary>
    /// <returns>The path of the file.</returns>
    /// <exception cref="Failure">It cannot be stored.</exception>
    public string Add(byte[] key)
    {
        if (_target.UserKnownHosts is not [var path, ..])
        {
            throw SshFailure.Of($"{_target.KnownName}: no known_hosts file is configured for the key");
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
        $"an attacker may intercept the connection; if you are sure that the host was reinstalled, remove {line.Place}";

    private IEnumerable<KnownHost> With(KnownHostMarker marker) => _lines.Where(line => line.Marker == marker);

    private static bool EndsInLine(Fd file)
    {
        var size = FileStatus.Of(file).Size;
        var last = new byte[1];
        return size == 0 || (file.ReadSomeAt(last, size - 1) == 1 && last[0] == (byte)'\n');
    }

    /// <exception cref="Failure">The file cannot be read: it may contain a line that revokes the key.</exception>
    private void Read(string path)
    {
        var number = 0;
        foreach (var text in RawText.Decode(WholeFile.Read(path, MaxSize) ?? []).Split('\n'))
        {
            number++;
            if (KnownHost.Parse(text, $"{path}:{number}") is { } line && line.IsFor(_target.KnownName))
            {
                _lines.Add(line);
            }
        }
    }
}
