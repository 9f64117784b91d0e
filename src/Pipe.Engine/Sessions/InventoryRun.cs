using Pipe.Linux;
using Pipe.Protocol;

namespace Pipe.Engine;

/// <summary>Sends the target's inventory to the sender of a tree, over one control channel, from its own threads.</summary>
internal sealed class InventoryRun
{
    private const int MessageSize = 128 * 1024;
    private readonly IInventory _inventory;
    private readonly uint _number;
    private readonly ControlChannel _control;
    private readonly Action<Exception> _failed;
    private int _running = Math.Clamp(Environment.ProcessorCount, 2, 8);

    /// <param name="inventory">Owned by this object from here on.</param>
    /// <param name="number">The number of the question.</param>
    /// <param name="control">The channel to the sender.</param>
    /// <param name="failed">Called on an error that is not the channel's.</param>
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

    /// <summary>Whether this run answers that question over that channel: a resumed session asks again.</summary>
    public bool Answers(uint number, ControlChannel control) => (_number, _control) == (number, control);

    /// <summary>Stops: the answer is no longer needed.</summary>
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
            // The channel is broken; its reader reports that, and the sender asks again over the next channel.
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
            // The channel is broken: as above.
        }
    }
}
