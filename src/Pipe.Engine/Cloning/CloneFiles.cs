using Pipe.Linux;
using Pipe.Protocol;

namespace Pipe.Engine;

/// <summary>Opens the destination and the metadata of a clone, and refuses combinations that would destroy data or cannot work.</summary>
internal sealed class CloneFiles : IDisposable
{
    private readonly CloneSetup _setup;
    private readonly Fd _destination;
    private readonly Fd? _reserved;
    private readonly Fd _metadata;
    private readonly FileStatus _status;
    private readonly long _room;
    private readonly bool _isNew;

    /// <exception cref="Failure">The clone cannot be opened, or needs --force.</exception>
    public CloneFiles(CloneSetup setup)
    {
        _setup = setup;
        (_destination, _metadata) = (null!, null!);
        try
        {
            _destination = Fd.Open(setup.Destination, OpenFlags.ReadWrite | OpenFlags.Create, Permissions.Default);
            _status = FileStatus.Of(_destination);
            var refusals = new CloneRefusals(setup);
            refusals.CheckDestination(_status);
            _reserved = refusals.Reserve(_status);
            _room = _status.IsBlockDevice ? _destination.DeviceSize() : _status.Size;
            var known = FileStatus.Of(setup.Metadata);
            refusals.CheckMetadata(known, _status);
            _metadata = OpenMetadata(known is not null);
            if (!_metadata.TryLockWithRetry())
            {
                throw new Failure(ExitCode.Objects, $"{setup.Metadata}: another lazyclone serves this clone");
            }

            MetadataDisk = new FileDisk(_metadata);
            Metadata = new CloneMetadata(MetadataDisk);
            _isNew = !Metadata.TryOpen();
            if (_isNew)
            {
                CheckNew(known);
            }
            else
            {
                CheckKnown();
            }
        }
        catch (IOException e)
        {
            Dispose();
            throw Failure.Of(e);
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    public CloneMetadata Metadata { get; } = null!;

    public FileDisk MetadataDisk { get; } = null!;

    /// <summary>Why the metadata cannot be written; empty if they can.</summary>
    public string ReadOnlyCause { get; private set; } = "";

    /// <summary>Whether the metadata record that the clone no longer needs its source.</summary>
    public bool IsHydrated => !_isNew && Metadata.Superblock.Stage == CloneStage.Hydrated;

    public CloneGeometry Geometry { get; private set; }

    public FileDisk Destination { get; private set; } = null!;

    private string Name => _setup.Destination;

    /// <summary>Creates a clone of the source, or verifies that the existing clone has this source.</summary>
    public void Bind(long sourceSize, SourceDigest digest)
    {
        try
        {
            if (_isNew)
            {
                Create(sourceSize, digest);
            }
            else
            {
                Recheck(sourceSize, digest);
            }
        }
        catch (IOException e)
        {
            throw Failure.Of(e);
        }
    }

    /// <summary>Reads the hydrated regions of an existing clone; null for a new one.</summary>
    /// <exception cref="Failure">The metadata are damaged.</exception>
    public RegionSet? ReadHydrated()
    {
        try
        {
            return _isNew ? null : Metadata.Read();
        }
        catch (IOException e)
        {
            throw Failure.Of(e);
        }
    }

    /// <summary>Resumes a clone without a source.</summary>
    public void BindAlone()
    {
        Geometry = Metadata.Superblock.Geometry;
        Destination = new FileDisk(_destination);
    }

    /// <summary>Removes the metadata of a complete clone, which leaves a plain file or device. On a device they are overwritten.</summary>
    public void RemoveMetadata()
    {
        try
        {
            if (FileStatus.Of(_metadata).IsBlockDevice)
            {
                Metadata.Erase();
            }
            else
            {
                File.Delete(_setup.Metadata);
            }
        }
        catch (IOException e)
        {
            throw Failure.Of(e);
        }
    }

    public void Dispose()
    {
        _destination?.Dispose();
        _reserved?.Dispose();
        _metadata?.Dispose();
    }

    /// <summary>Opens the metadata; existing ones that must not be written are opened for reads.</summary>
    private Fd OpenMetadata(bool exist)
    {
        try
        {
            return Fd.Open(_setup.Metadata, OpenFlags.ReadWrite | OpenFlags.Create, Permissions.Ours);
        }
        catch (LinuxException e) when (exist && e.Errno is Errno.ReadOnly or Errno.NotPermitted or Errno.AccessDenied)
        {
            ReadOnlyCause = e.Message;
            return Fd.Open(_setup.Metadata, OpenFlags.ReadOnly);
        }
    }

    /// <summary>Checks that a clone may be created where no valid superblock exists.</summary>
    private void CheckNew(FileStatus? known)
    {
        if (!_setup.Force && (known is { IsRegular: true, Size: > 0 } || (known is { IsBlockDevice: true } && HasData(_metadata, CloneSuperblock.Size))))
        {
            throw new Failure(ExitCode.Integrity, $"{_setup.Metadata}: not the metadata of a clone, or damaged", "name another file with --metadata, or add --force to begin anew");
        }

        if (!_setup.Force && HoldsSomething())
        {
            throw new Failure(ExitCode.Usage, $"{Name}: it is not empty and has no metadata", "--force overwrites it; --metadata FILE resumes a clone whose metadata are elsewhere");
        }
    }

    /// <summary>Whether the destination is a non-empty file, or a device with data where file systems and partition tables begin.</summary>
    private bool HoldsSomething()
    {
        const int look = 1 << 20;
        if (_status.IsRegular)
        {
            return _status.Size > 0;
        }

        return HasData(_destination, look);
    }

    private static bool HasData(Fd device, int look)
    {
        var bytes = new byte[look];
        device.ReadAt(bytes, 0);
        return bytes.AsSpan().ContainsAnyExcept((byte)0);
    }

    private void CheckKnown()
    {
        var superblock = Metadata.Superblock;
        if (_setup.Force)
        {
            return;
        }

        if (_setup.Region > 0 && _setup.Region != superblock.Geometry.Region)
        {
            throw new Failure(ExitCode.Usage, $"--region: {_setup.Region}: the clone has regions of {superblock.Geometry.Region} bytes");
        }

        if (_setup.Size > 0 && _setup.Size != superblock.Geometry.Size)
        {
            throw new Failure(ExitCode.Usage, $"{_setup.Size} bytes: the clone has {superblock.Geometry.Size}");
        }

        if ((superblock.Device, superblock.Inode) != Identity())
        {
            throw new Failure(ExitCode.Usage, $"{_setup.Metadata}: the metadata of another destination", "--force takes the destination for the one that was moved or copied");
        }

        if (_room < superblock.Geometry.Size)
        {
            throw new Failure(ExitCode.Usage, $"{Name}: it has {_room} bytes, the clone {superblock.Geometry.Size}");
        }
    }

    private (ulong Device, ulong Inode) Identity() => _status.IsBlockDevice ? (_status.Number, 0) : (_status.Device, _status.Inode);

    private void Create(long sourceSize, SourceDigest digest)
    {
        var size = _setup.Size > 0 ? _setup.Size : sourceSize;
        if (size > sourceSize)
        {
            throw new Failure(ExitCode.Usage, $"the source has {sourceSize} bytes, the clone {size}");
        }

        Geometry = new CloneGeometry(size, _setup.Region > 0 ? _setup.Region : CloneGeometry.DefaultRegion);
        Geometry.Check();
        if (size == 0)
        {
            throw new Failure(ExitCode.Usage, "the source is empty");
        }

        CheckRoom(size);
        if (_status.IsRegular && _room < size)
        {
            _destination.Truncate(size);
        }

        _destination.Sync();
        Destination = new FileDisk(_destination);
        var (device, inode) = Identity();
        Metadata.Create(new CloneSuperblock(1, Geometry, device, inode, digest, CloneStage.Hydrating, _setup.SourceName));
        SyncNames();
    }

    private void CheckRoom(long size)
    {
        if (_room < size && (_status.IsBlockDevice || _room > 0))
        {
            throw new Failure(ExitCode.NoSpace, $"{Name}: it has {_room} bytes, the clone {size}");
        }

        if (FileStatus.Of(_metadata) is { IsBlockDevice: true } && _metadata.DeviceSize() is var has && has < CloneMetadata.SizeOf(Geometry.Regions))
        {
            throw new Failure(ExitCode.NoSpace, $"{_setup.Metadata}: it has {has} bytes, the metadata need {CloneMetadata.SizeOf(Geometry.Regions)}");
        }
    }

    private void Recheck(long sourceSize, SourceDigest digest)
    {
        var superblock = Metadata.Superblock;
        Geometry = superblock.Geometry;
        if (sourceSize < Geometry.Size)
        {
            throw new Failure(ExitCode.Usage, $"the source has {sourceSize} bytes, the clone {Geometry.Size}");
        }

        if (superblock.Source != digest && !_setup.Force)
        {
            throw new Failure(ExitCode.Usage, $"{_setup.Metadata}: the metadata of another source, or the source has changed", $"the clone was begun with {superblock.SourceName}");
        }

        if (_setup.Force)
        {
            var (device, inode) = Identity();
            Metadata.Set(superblock with { Device = device, Inode = inode, Source = digest, SourceName = _setup.SourceName });
        }

        Destination = new FileDisk(_destination);
    }

    /// <summary>Makes the directory entries of both files durable.</summary>
    private void SyncNames()
    {
        foreach (var path in new[] { _setup.Destination, _setup.Metadata })
        {
            using var directory = Fd.TryOpen(Path.GetDirectoryName(Path.GetFullPath(path))!, OpenFlags.ReadOnly | OpenFlags.Directory);
            directory?.SyncDirectory();
        }
    }
}
