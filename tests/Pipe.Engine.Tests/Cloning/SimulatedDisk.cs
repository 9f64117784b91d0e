
namespace Pipe.Engine.Tests;

/// <summary>
/// A disk whose power can fail: each sector that was written and not synced reaches the platter or does not, at random. Counts what is done
/// to it, and can be told to fail.
/// </summary>
internal sealed class SimulatedDisk(string name, long size) : IDisk
{
    public const int Sector = 512;
    private readonly object _lock = new();
    private readonly byte[] _durable = new byte[size];
    private readonly byte[] _cached = new byte[size];
    private readonly HashSet<long> _dirty = [];

    public string Name => name;

    public int Writes { get; private set; }

    public int Syncs { get; private set; }

    /// <summary>Thrown by writes; null: none.</summary>
    public IOException? WriteFailure { get; set; }

    public IOException? SyncFailure { get; set; }

    /// <summary>Called before each call that changes something.</summary>
    public Action Before { get; set; } = static () => { };

    /// <summary>Called after each sync, before it returns.</summary>
    public Action Synced { get; set; } = static () => { };

    public void Read(Span<byte> buffer, long offset)
    {
        lock (_lock)
        {
            _cached.AsSpan((int)offset, buffer.Length).CopyTo(buffer);
        }
    }

    public bool TryReadNow(Span<byte> buffer, long offset)
    {
        Read(buffer, offset);
        return true;
    }

    public void Write(ReadOnlySpan<byte> bytes, long offset)
    {
        Before();
        if (WriteFailure is { } failure)
        {
            throw failure;
        }

        lock (_lock)
        {
            Writes++;
            bytes.CopyTo(_cached.AsSpan((int)offset));
            for (var sector = offset / Sector; sector * Sector < offset + bytes.Length; sector++)
            {
                _dirty.Add(sector);
            }
        }
    }

    public void Zero(long offset, long length, bool keepsSpace) => Write(new byte[length], offset);

    /// <summary>Bytes that were discarded are anything.</summary>
    public void Discard(long offset, long length)
    {
        var rubbish = new byte[length];
        Array.Fill(rubbish, (byte)0xDD);
        Write(rubbish, offset);
    }

    public bool IsHole(long offset, long end, out long until)
    {
        until = end;
        return false;
    }

    public void Sync()
    {
        Before();
        if (SyncFailure is { } failure)
        {
            throw failure;
        }

        lock (_lock)
        {
            Syncs++;
            foreach (var sector in _dirty)
            {
                Keep(sector);
            }

            _dirty.Clear();
        }

        Synced();
    }

    /// <summary>Whether all of a range has been synced since it was written.</summary>
    public bool IsDurable(long offset, long length)
    {
        lock (_lock)
        {
            return !_dirty.Any(sector => sector * Sector < offset + length && (sector + 1) * Sector > offset);
        }
    }

    /// <summary>What is on the platter after the power has failed: of what was not synced some.</summary>
    public SimulatedDisk AfterPowerLoss(Random random)
    {
        lock (_lock)
        {
            foreach (var sector in _dirty.Where(_ => random.Next(2) == 0))
            {
                Keep(sector);
            }

            return From(_durable);
        }
    }

    /// <summary>What is there after the program has been killed: the system keeps all.</summary>
    public SimulatedDisk AfterKill()
    {
        lock (_lock)
        {
            return From(_cached);
        }
    }

    public void Corrupt(long offset)
    {
        _cached[offset] ^= 1;
        _durable[offset] ^= 1;
    }

    public void Dispose()
    {
    }

    private SimulatedDisk From(byte[] bytes)
    {
        var disk = new SimulatedDisk(name, size);
        bytes.CopyTo(disk._cached, 0);
        bytes.CopyTo(disk._durable, 0);
        return disk;
    }

    private void Keep(long sector)
    {
        var length = (int)Math.Min(Sector, size - sector * Sector);
        _cached.AsSpan((int)(sector * Sector), length).CopyTo(_durable.AsSpan((int)(sector * Sector)));
    }
}
