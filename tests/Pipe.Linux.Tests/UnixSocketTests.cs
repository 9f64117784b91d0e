namespace Pipe.Linux.Tests;

public sealed class UnixSocketTests : IDisposable
{
    private readonly Scratch _scratch = new();

    private string Place => _scratch["socket"];

    public void Dispose() => _scratch.Dispose();

    [Fact]
    public void A_packet_arrives_whole_with_its_descriptors_closed_on_exec()
    {
        using var listener = UnixSocket.Listen(Place, 8);
        using var caller = UnixSocket.TryConnect(Place);
        using var taken = listener.TryAccept();
        var (read, write) = Fd.Pipe("test");
        using (read)
        {
            using (write)
            {
                Assert.True(caller!.TrySend("packet"u8, write, read));
            }

            var descriptors = new List<Fd>();
            var buffer = new byte[16];
            Assert.Equal(6, taken!.Receive(buffer, descriptors));
            Assert.Equal("packet"u8, buffer.AsSpan(0, 6));
            Assert.Equal(2, descriptors.Count);
            Assert.All(descriptors, fd => Assert.False(StandardStreams.IsOpen(fd.Number)));
            descriptors[0].WriteAll("through"u8);
            Assert.Equal(7, read.Read(buffer));
            descriptors.ForEach(fd => fd.Dispose());
            Assert.Equal(0, read.Read(buffer));
        }
    }

    [Fact]
    public void Packets_keep_their_bounds_and_no_call_waits()
    {
        using var listener = UnixSocket.Listen(Place, 8);
        Assert.Null(listener.TryAccept());
        using var caller = UnixSocket.TryConnect(Place);
        using var taken = listener.TryAccept();
        var buffer = new byte[16];
        Assert.Equal(-1, taken!.Receive(buffer, []));
        Assert.True(caller!.TrySend("one"u8));
        Assert.True(caller.TrySend("two!"u8));
        Assert.Equal(3, taken.Receive(buffer, []));
        Assert.Equal(4, taken.Receive(buffer, []));
        caller.Dispose();
        Assert.Equal(0, taken.Receive(buffer, []));
        Assert.False(taken.TrySend("gone"u8));
    }

    [Fact]
    public void What_is_too_long_or_brings_too_many_descriptors_is_refused_and_nothing_stays_open()
    {
        using var listener = UnixSocket.Listen(Place, 8);
        using var caller = UnixSocket.TryConnect(Place);
        using var taken = listener.TryAccept();
        var (read, write) = Fd.Pipe("test");
        using (read)
        {
            using (write)
            {
                Assert.True(caller!.TrySend("seventeen letters"u8, write));
            }

            var descriptors = new List<Fd>();
            Assert.Throws<LinuxException>(() => taken!.Receive(new byte[16], descriptors));
            Assert.Empty(descriptors);
            Assert.Equal(0, read.Read(new byte[1]));
        }
    }

    [Fact]
    public void It_is_for_its_owner_alone_whatever_the_umask()
    {
        using var listener = UnixSocket.Listen(Place, 8);
        Assert.Equal(0x180u, FileStatus.OfName(Place)!.Value.Permissions);
        using var caller = UnixSocket.TryConnect(Place);
        using var taken = listener.TryAccept();
        Assert.True(caller!.IsPeerOurs());
        Assert.True(taken!.IsPeerOurs());
    }

    /// <summary>The mode alone keeps other users' processes away; one that connects nevertheless is recognised.</summary>
    [FactNeeding(Need.OtherUser)]
    public async Task A_process_of_another_user_is_known()
    {
        Assert.Equal(0, Shell.Run($"chmod 755 '{_scratch.Directory}'").Status);
        using var listener = UnixSocket.Listen(Place, 8);
        Assert.Equal(0, Shell.Run($"chmod 777 '{Place}'").Status);
        var other = Waiting.Start(() => Shell.Run($"""
            exec setpriv --reuid=65534 --regid=65534 --clear-groups /usr/bin/python3 -c "
            import socket
            s = socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET)
            s.connect('{Place}')
            s.recv(1)"
            """));
        UnixSocket? taken = null;
        await Waiting.Until(() => (taken = listener.TryAccept()) is not null || other.IsCompleted);
        using (taken)
        {
            Assert.False(taken!.IsPeerOurs());
        }

        await other.Soon();
    }

    [Fact]
    public void A_name_whose_process_has_ended_is_told_from_one_that_serves()
    {
        Assert.Null(UnixSocket.TryConnect(Place));
        Assert.False(UnixSocket.IsAbandoned(Place));
        using (UnixSocket.Listen(Place, 8))
        {
            Assert.False(UnixSocket.IsAbandoned(Place));
        }

        Assert.True(UnixSocket.IsAbandoned(Place));
        Assert.Null(UnixSocket.TryConnect(Place));
        Assert.Throws<LinuxException>(() => UnixSocket.Listen(Place, 8));
    }

    /// <summary>ssh's is one.</summary>
    [Fact]
    public void A_socket_for_streams_is_not_abandoned_while_it_serves()
    {
        using (var stream = new System.Net.Sockets.Socket(System.Net.Sockets.AddressFamily.Unix, System.Net.Sockets.SocketType.Stream, 0))
        {
            stream.Bind(new System.Net.Sockets.UnixDomainSocketEndPoint(Place));
            stream.Listen();
            Assert.False(UnixSocket.IsAbandoned(Place));
        }

        File.Delete(Place);
    }

    [Fact]
    public void One_that_takes_no_more_connections_does_not_hold_a_caller()
    {
        using var listener = UnixSocket.Listen(Place, 1);
        var callers = Enumerable.Range(0, 10).Select(_ => UnixSocket.TryConnect(Place)).ToList();
        Assert.Contains(null, callers);
        callers.ForEach(caller => caller?.Dispose());
    }

    [Fact]
    public void A_path_that_is_too_long_is_no_socket()
    {
        var path = "/tmp/" + new string('x', 200);
        Assert.Null(UnixSocket.TryConnect(path));
        Assert.Throws<LinuxException>(() => UnixSocket.Listen(path, 1));
    }
}
