using System.Net.Sockets;
using Pipe.Linux;

namespace Pipe.Engine.Tests;

/// <summary>The next waiting server removes the sockets of servers that were killed while they waited for a new login.</summary>
public sealed class ResumeSocketTests : IDisposable
{
    private readonly byte[] _session = Entropy.Bytes(16);
    private readonly string _directory = $"/tmp/pipe-{Ids.EffectiveUser}";
    private readonly List<string> _places = [];
    private Socket? _listener;

    [Fact]
    public void A_name_without_a_socket_is_taken_away()
    {
        var dead = Leave(Name(), TimeSpan.FromMinutes(2));
        _listener = ResumeSocket.Listen(_session);
        Assert.False(File.Exists(dead));
        Assert.True(File.Exists(PathOf(Name(_session))));
    }

    [Fact]
    public void One_that_is_new_or_called_otherwise_stays()
    {
        var young = Leave(Name(), TimeSpan.FromSeconds(5));
        var other = Leave("something-else", TimeSpan.FromDays(2));
        _listener = ResumeSocket.Listen(_session);
        Assert.True(File.Exists(young));
        Assert.True(File.Exists(other));
    }

    [Fact]
    public void A_socket_that_somebody_waits_at_stays_and_nobody_comes_to_it()
    {
        var session = Entropy.Bytes(16);
        using var waiting = ResumeSocket.Listen(session);
        File.SetLastWriteTimeUtc(PathOf(Name(session)), DateTime.UtcNow.AddDays(-1));
        _listener = ResumeSocket.Listen(_session);
        Assert.False(waiting.Poll(TimeSpan.FromMilliseconds(200), SelectMode.SelectRead));
        using var guest = ResumeSocket.Connect(session);
        Assert.True(waiting.Poll(TimeSpan.FromSeconds(10), SelectMode.SelectRead));
        ResumeSocket.Remove(session);
    }

    public void Dispose()
    {
        _places.ForEach(File.Delete);
        _listener?.Dispose();
        ResumeSocket.Remove(_session);
    }

    /// <summary>The name of a socket that is closed. The runtime takes the name away that a socket was bound to.</summary>
    private string Leave(string name, TimeSpan age)
    {
        Directory.CreateDirectory(_directory, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        var path = PathOf(name);
        using (var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified))
        {
            socket.Bind(new UnixDomainSocketEndPoint(path + "-bound"));
            File.Move(path + "-bound", path);
        }

        File.SetLastWriteTimeUtc(path, DateTime.UtcNow - age);
        _places.Add(path);
        return path;
    }

    private string PathOf(string name) => Path.Combine(_directory, name);

    private static string Name() => Name(Entropy.Bytes(16));

    private static string Name(byte[] session) => Convert.ToHexStringLower(session);
}
