using Pipe.Engine;
using Pipe.Protocol;

namespace Pipe.Nbd;

/// <summary>
/// The connection of one client. Several threads take turns as the reader: the reader answers non-blocking requests itself, and passes its
/// role to another thread before it handles a blocking one.
/// </summary>
internal sealed class NbdConnection : IDisposable
{
    private const int MostThreads = 64;
    private readonly IByteChannel _channel;
    private readonly Clone _clone;
    private readonly BufferPool _pool;
    private readonly ExportSecurity _security;
    private readonly ByteReader _reader;
    private readonly object _lock = new();
    private ReplyWriter? _replies;
    private RequestHandler? _handler;
    private bool _isReading;
    private bool _isClosed;
    private int _idle;
    private int _threads = 1;

    /// <param name="channel">Owned by this object from here on.</param>
    /// <param name="clone">The clone to export.</param>
    /// <param name="pool">The buffers, shared by all connections.</param>
    /// <param name="security">How the client is protected.</param>
    public NbdConnection(IByteChannel channel, Clone clone, BufferPool pool, ExportSecurity security)
    {
        (_channel, _clone, _pool, _security) = (channel, clone, pool, security);
        _reader = new ByteReader(channel);
    }

    /// <summary>Serves the client until it disconnects.</summary>
    public void Run()
    {
        try
        {
            var negotiation = new Negotiation(_channel, _reader, _clone, _security);
            if (HasNegotiated(negotiation))
            {
                Serve(negotiation);
            }
        }
        catch (Exception e) when (e is IOException or ProtocolException)
        {
            // The client has disconnected or violated the protocol; no reply is possible.
        }
    }

    public void Dispose()
    {
        _replies?.Dispose();
        _channel.Dispose();
    }

    /// <summary>Closes the connection; pending requests stay unanswered.</summary>
    public void Shutdown()
    {
        Close();
        _channel.Shutdown();
    }

    /// <summary>Runs the handshake, which is limited in time where strangers can connect.</summary>
    private bool HasNegotiated(Negotiation negotiation)
    {
        using var limit = _security.IsRequired ? new Timer(_ => _channel.Shutdown(), null, _security.HandshakeMilliseconds, Timeout.Infinite) : null;
        return negotiation.Run();
    }

    private void Serve(Negotiation negotiation)
    {
        _replies = new ReplyWriter(_channel, negotiation.IsStructured);
        _handler = new RequestHandler(_clone, _pool, _reader, _replies, negotiation);
        Work();
        lock (_lock)
        {
            while (_threads > 0)
            {
                Monitor.Wait(_lock);
            }
        }
    }

    private void Work()
    {
        try
        {
            while (TryBecomeReader())
            {
                Take();
            }
        }
        catch (Exception e) when (e is IOException or ProtocolException)
        {
            Shutdown();
        }
        finally
        {
            lock (_lock)
            {
                _threads--;
                Monitor.PulseAll(_lock);
            }
        }
    }

    /// <summary>Reads requests up to a blocking one, passes the reader role on, and carries out that request.</summary>
    private void Take()
    {
        PendingRequest pending;
        try
        {
            pending = _handler!.Next();
        }
        catch
        {
            Close();
            StopReading();
            throw;
        }

        if (pending.IsEnd)
        {
            Close();
        }

        StopReading();
        if (!pending.IsEnd)
        {
            _handler.Complete(pending);
        }
    }

    private bool TryBecomeReader()
    {
        lock (_lock)
        {
            _idle++;
            while (_isReading && !_isClosed)
            {
                Monitor.Wait(_lock);
            }

            _idle--;
            if (_isClosed)
            {
                return false;
            }

            _isReading = true;
            return true;
        }
    }

    private void StopReading()
    {
        lock (_lock)
        {
            _isReading = false;
            if (_idle > 0 || _isClosed)
            {
                Monitor.PulseAll(_lock);
            }
            else if (_threads < MostThreads)
            {
                _threads++;
                DataThread.Start("nbd", Work);
            }
        }
    }

    private void Close()
    {
        lock (_lock)
        {
            _isClosed = true;
            Monitor.PulseAll(_lock);
        }
    }
}
