using System.Text;
using Pipe.Engine;
using Pipe.Linux;
using Renci.SshNet;
using Renci.SshNet.Security;

namespace Pipe.Ssh;

/// <summary>
/// A private key from a file. For a key with a passphrase, the client offers the public half, and prompts only when the server accepts it.
/// </summary>
internal sealed class PrivateKey : HostAlgorithm
{
    private const int MaxSize = 1 << 20;
    private const int Attempts = 3;
    private const uint OpenToOthers = 0x3F; // 077

    private readonly string _path;
    private readonly byte[] _file;
    private readonly Prompt? _prompt;
    private HostAlgorithm? _open;

    private PrivateKey(string path, byte[] file, byte[] publicKey, HostAlgorithm? open, Prompt? prompt)
        : base(KeyName.ForSignatures(publicKey))
    {
        (_path, _file, Data, _open, _prompt) = (path, file, publicKey, open, prompt);
    }

    /// <summary>The public half.</summary>
    public override byte[] Data { get; }

    /// <summary>Null if there is no such file.</summary>
    /// <param name="path">The file.</param>
    /// <param name="prompt">Asks for a passphrase; null without a terminal.</param>
    /// <exception cref="Failure">The key cannot be used; another one may be.</exception>
    public static PrivateKey? Of(string path, Prompt? prompt)
    {
        if (WholeFile.Read(path, MaxSize, status => Check(path, status)) is not { } file)
        {
            return null;
        }

        try
        {
            var open = Open(file, passphrase: null);
            return new PrivateKey(path, file, open.Data, open, prompt);
        }
        catch (Exception e) when (e is not Failure)
        {
            if (!IsEncrypted(file))
            {
                throw SshFailure.Of($"{path}: {SshFailure.Words(e)}", inner: e);
            }

            var publicKey = PublicKey.In(file) ?? PublicKey.BesideOf(path) ?? throw SshFailure.Of($"{path}: an encrypted key in this format needs its public half in {path}.pub", $"ssh-keygen -p -f {path} converts it");
            return new PrivateKey(path, file, publicKey, null, prompt);
        }
    }

    public override byte[] Sign(byte[] data) => (_open ??= Unlock()).Sign(data);

    public override bool VerifySignature(byte[] data, byte[] signature) => throw new NotSupportedException();

    private HostAlgorithm Unlock()
    {
        for (var attempt = 0; attempt < Attempts; attempt++)
        {
            var passphrase = (_prompt ?? throw SshFailure.Of($"{_path}: the key has a passphrase, and there is no terminal to ask for it", "ssh-add gives the key to an agent"))
                .Ask($"Enter passphrase for key '{_path}': ", isShown: false);
            try
            {
                return Open(_file, passphrase);
            }
            catch (Exception e) when (e is not Failure)
            {
                // The exception for a wrong passphrase depends on the file format.
            }
        }

        throw SshFailure.Of($"{_path}: wrong passphrase");
    }

    private static HostAlgorithm Open(byte[] file, string? passphrase)
    {
        using var stream = new MemoryStream(file);
        var key = new PrivateKeyFile(stream, passphrase);
        var algorithms = key.HostKeyAlgorithms;
        return algorithms.FirstOrDefault(static one => one.Name == KeyName.RsaSignature) ?? algorithms.First();
    }

    private static void Check(string path, in FileStatus status)
    {
        if (!status.IsRegular)
        {
            throw SshFailure.Of($"{path}: not a key");
        }

        if (status.Owner == Ids.EffectiveUser && (status.Permissions & OpenToOthers) != 0)
        {
            throw SshFailure.Of($"{path}: the key is ignored, because its mode {Convert.ToString(status.Permissions & 0x1FF, 8)} lets other users read or write it", $"chmod 600 {path}");
        }
    }

    private static bool IsEncrypted(byte[] file)
    {
        var text = Encoding.Latin1.GetString(file);
        return text.Contains("ENCRYPTED", StringComparison.Ordinal) || PublicKey.IsEncrypted(text);
    }
}
