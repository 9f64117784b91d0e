using Pipe.Engine;
using Pipe.Protocol;

namespace Pipe.Archives;

/// <summary>One pass through an index, with its result.</summary>
internal sealed class MemberSearch
{
    private const int MaxNeighbours = 10_000;
    private readonly MemberPath? _path;
    private readonly long _before;
    private readonly byte[] _inode = [];
    private readonly HashSet<string> _neighbours = [];
    private string _elsewhere = "";

    /// <summary>Searches for the last member of a name among those that begin before an offset.</summary>
    public MemberSearch(MemberPath path, long before) => (_path, _before) = (path, before);

    /// <summary>Searches for the name of an inode that has the data.</summary>
    public MemberSearch(IndexedMember name) => (_inode, _before) = (RawText.Encode(name.Target), long.MaxValue);

    public IndexedMember? Found { get; set; }

    /// <summary>Whether there are members below the requested path.</summary>
    public bool IsDirectory { get; private set; }

    /// <summary>A suggestion: the same name in another directory, or a similar one in the same directory.</summary>
    public string Hint => Near() is { Length: > 0 } near ? $"did you mean {RawText.Printable(near)}?" : "";

    public bool Takes(in IndexLine line)
    {
        if (_path == null)
        {
            return line.Kind == MemberKind.Inode && line.Target.SequenceEqual(_inode);
        }

        if (_path.Matches(line.Name))
        {
            return true;
        }

        if (Found == null)
        {
            Remember(line.Name);
        }

        return false;
    }

    public bool IsInReach(IndexedMember member) => member.Offset < _before && (_path != null || member.Stored > 0);

    private void Remember(ReadOnlySpan<byte> name)
    {
        name = MemberPath.Trim(name);
        IsDirectory |= _path!.IsAbove(name);
        var last = MemberPath.LastOf(name);
        if (last.SequenceEqual(_path.Last))
        {
            _elsewhere = _elsewhere.Length == 0 ? RawText.Decode(name) : _elsewhere;
        }
        else if (_neighbours.Count < MaxNeighbours && name[..^last.Length].TrimEnd((byte)'/').SequenceEqual(_path.Parent))
        {
            _neighbours.Add(RawText.Decode(last));
        }
    }

    private string Near()
    {
        if (_elsewhere.Length > 0)
        {
            return _elsewhere;
        }

        var near = NearName.Of(RawText.Decode(_path!.Last), _neighbours);
        var parent = RawText.Decode(_path.Parent);
        return near.Length == 0 || parent.Length == 0 ? near : $"{parent}/{near}";
    }
}
