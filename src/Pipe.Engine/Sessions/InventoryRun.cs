using Pipe.Linux;
using Pipe.Protocol;

namespace Pipe.Engine;

/// <summary>Tells the sender of a tree what the target has, over one control channel, by threads of its own.</summary>
internal sealed class InventoryRun
{
    private const int MessageSize = 128 * 1024;
    private readonly IInventory _inventory;
    private readonly uint _number;
    private readonly ControlChannel _control;
    private readonly Action<Exception> _failed;
    private int _running = Math.Clamp(Environment.ProcessorCount, 2, 8);

    /// <param name="inventory">Owned from here on.</param>
    /// <param name="number">Of the question.</param>
    /// <param name="control">Where the sender is.</param>
    /// <param name="failed">Called if something is wrong that is no fault of the channel.</param>
    public InventoryRun(IInventory inventory, uint number, ControlChannel control, Action<Exception> failed)
    {
        _inventory = inventory;
        _number = number;
        _control = control;
        _failed = failed;
        for (var reader = _running; reader > 0; reader--)
        {
            DataThread.Start("inventory", Run);
        }
    }

    /// <summary>Whether that question has come over that channel before: it is said again when a session goes on.</summary>
    public bool Answers(uint number, ControlChannel control) => (_number, _control) == (number, control);

    /// <summary>Nobody wants it any more.</summary>
    public void Abort() => _inventory.Abort();

    private void Run()
    {
        try
        {
            var buffer = new byte[MessageSize];
            for (var length = _inventory.Read(buffer); length > 0; length = _inventory.Read(buffer))
            {
                _control.Send(new Have(_number, buffer[..length]));
            }
        }
        catch (LinuxException)
        {
            // The channel is gone, and its reader notices; over the next one it is asked for again.
            _inventory.Abort();
        }
        catch (Exception e)
        {
            _failed(e);
        }

        if (Interlocked.Decrement(ref _running) == 0)
        {
            End();
        }
    }

    private void End()
    {
        var isWhole = _inventory.IsWhole;
        _inventory.Dispose();
        try
        {
            if (isWhole)
            {
                _control.Send(new Have(_number, []));
            }
        }
        catch (LinuxException)
        {
            // As above.
        }
    }
}
