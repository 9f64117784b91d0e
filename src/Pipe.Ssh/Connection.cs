using System.Net;
using System.Net.Sockets;
using Pipe.CommandLine;
using Pipe.Engine;
using Pipe.Linux;
using Renci.SshNet;
using Renci.SshNet.Common;

namespace Pipe.Ssh;

/// <summary>Connects to a host, checks its host key, and logs in.</summary>
internal sealed class Connection
{
    private readonly Target _target;
    private readonly ReceiveLimit _limit;
    private readonly Messages _messages;
    private readonly KnownHosts _known;
    private readonly Prompt? _prompt;
    private HostKeyProblem? _problem;

    /// <exception cref="Failure">A known_hosts file cannot be read.</exception>
    public Connection(Target target, ReceiveLimit limit, Messages messages)
    {
        (_target, _limit, _messages, _known, _prompt) = (target, limit, messages, new KnownHosts(target), Prompt.Of(target.Settings));
    }

    /// <summary>
    /// Logs in. If the host key is unknown, closes the connection before it asks the user, because the library limits the time of a key exchange; the
    /// host must present the same key over the next connection.
    /// </summary>
    /// <exception cref="Failure">No login is possible.</exception>
    public SshClient Open()
    {
        while (true)
        {
            _problem = null;
            var client = Client();
            try
            {
                client.Connect();
                return client;
            }
            catch (Exception e)
            {
                client.Dispose();
                var failure = _problem?.Failure ?? Explain(e);
                if (_problem?.UnknownKey is not { } key || !IsConfirmed(key))
                {
                    throw failure;
                }

                _messages.Warning($"{_target.KnownName}: added the host key to {_known.Add(key)}");
            }
        }
    }

    private SshClient Client()
    {
        var info = new ConnectionInfo(Address(), _target.Port, _target.User, Methods.For(_target, _prompt, _messages))
        {
            Timeout = _target.Settings.ConnectTimeout is > 0 and var seconds ? TimeSpan.FromSeconds(seconds) : Timeout.InfiniteTimeSpan,
            Encoding = System.Text.Encoding.Latin1,
        };
        Algorithms.Restrict(info, _known.Types, _limit);
        info.AuthenticationBanner += (_, banner) => Show(banner.BannerMessage);
        var client = new SshClient(info);
        client.HostKeyReceived += (_, e) => Check(info, e);
        if (_target.Settings.KeepAliveSeconds is > 0 and var interval)
        {
            client.KeepAliveInterval = TimeSpan.FromSeconds(interval);
        }

        return client;
    }

    /// <summary>The host's name; with AddressFamily, its first address of that family.</summary>
    private string Address()
    {
        try
        {
            return _target.Settings.Family is not (null or AddressFamily.Unspecified) and var family
                ? Dns.GetHostAddresses(_target.Host, family.Value)[0].ToString()
                : _target.Host;
        }
        catch (SocketException e)
        {
            throw Explain(e);
        }
    }

    /// <summary>Decides whether to trust a key, which the library does by default. Also called for each later key exchange.</summary>
    private void Check(ConnectionInfo info, HostKeyEventArgs e)
    {
        e.CanTrust = false;
        _problem = KnownHost.TypeOf(e.HostKey) == "ssh-rsa" && e.KeyLength < Algorithms.MinRsaBits
            ? HostKeyProblem.Final($"{_target.KnownName}: the host key has {e.KeyLength} bits, and RSA needs {Algorithms.MinRsaBits}", "use OpenSSH's ssh for this host")
            : _known.Check(e.HostKey);
        if (_problem is null)
        {
            // The limit is for the connection only: the user may take longer to answer a prompt.
            info.Timeout = Timeout.InfiniteTimeSpan;
            e.CanTrust = true;
        }
    }

    private bool IsConfirmed(byte[] key) =>
        _target.Settings.IsStrict is not true && _prompt is not null
        && _prompt.Confirm($"{_target.KnownName} is unknown: {KnownHost.TypeOf(key)} key fingerprint is {KnownHost.Fingerprint(key)}. Continue connecting", KnownHost.Fingerprint(key));

    private Failure Explain(Exception e)
    {
        var who = $"{_target.User}@{_target.Host}";
        return e switch
        {
            Failure failure => failure,
            SshAuthenticationException when _prompt is null => SshFailure.Of($"{who}: {SshFailure.Words(e)}", "run it from a terminal to enter a password or passphrase, or use an agent", e),
            SshAuthenticationException => SshFailure.Of($"{who}: {SshFailure.Words(e)}", inner: e),
            SshOperationTimeoutException => SshFailure.Of($"{_target.Host}: port {_target.Port}: no answer in time", inner: e),
            SshException => SshFailure.Of($"{_target.Host}: port {_target.Port}: {SshFailure.Words(e)}", inner: e),
            SocketException => SshFailure.Of($"{_target.Host}: port {_target.Port}: {LinuxException.Describe(e)}", inner: e),
            _ => Failure.Of(e),
        };
    }

    private void Show(string banner)
    {
        foreach (var line in banner.Split('\n').Select(static one => one.TrimEnd('\r')).Where(static one => one.Length > 0))
        {
            _messages.Note(0, line);
        }
    }
}
