using Pipe.Linux;

namespace Pipe.Engine;

/// <summary>Closes a descriptor at the end of the scope, unless it was kept.</summary>
internal ref struct Handle(Fd fd)
{
    private bool _isKept;

    public Fd Fd { get; } = fd;

    public void Keep() => _isKept = true;

    public readonly void Dispose()
    {
        if (!_isKept)
        {
            Fd.Dispose();
        }
    }
}
