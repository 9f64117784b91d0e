using System.Diagnostics;
using Pipe.Linux;

namespace Pipe.Archives.Tests;

/// <summary>A tree with everything that archives find difficult, and the programs that make archives of it.</summary>
internal sealed class SampleTree : IDisposable
{
    private const string Script = """
        mkdir -p tree/dir/empty tree/odd && cd tree
        : > dir/nothing
        for size in 1 511 512 513 3000 70000; do seq 100000 | head -c $size > dir/size$size; done
        for length in 98 99 100 101 102 154 155 156 250; do
          seq 500 > "dir/$(printf "%0${length}d" 7)"
        done
        deep=dir/$(printf '%0120d' 1)/$(printf '%0120d' 2)/$(printf '%0120d' 3)
        mkdir -p "$deep" && seq 300 > "$deep/file" && ln -s "$deep/file" longlink && ln "$deep/file" hardlink
        seq 200 > "$(printf 'odd/line\nfeed')"; seq 201 > 'odd/back\slash'; seq 202 > "$(printf 'odd/ta\tb')"; seq 203 > "$(printf 'odd/c\rr')"
        seq 204 > "$(printf 'odd/\303\244')"; seq 205 > "$(printf 'odd/\344\377')"; seq 206 > 'odd/ two  spaces '; seq 207 > 'odd/ends\'
        ln dir/size3000 dir/same && ln dir/size3000 zsame && ln dir/nothing zempty
        ln -s size3000 dir/link && ln -s nowhere dangling && mkfifo fifo
        setfattr -n user.binary -v 0x0a3132206e6f3d0a000a dir/size513 2> /dev/null || :
        setfattr -n user.long -v "$(seq 600 | tr '\n' =)" dir/size512 2> /dev/null || :
        truncate -s 1M dir/holes && for i in $(seq 0 40); do echo "data $i" | dd of=dir/holes bs=1 seek=$((i * 20000)) conv=notrunc; done
        truncate -s 300000 dir/hole && echo end >> dir/hole
        """;

    private readonly Scratch _scratch = new();

    public SampleTree()
    {
        Listing.Shell(_scratch.Directory, $"{{ {Script}\n}} 2>&1 >/dev/null");
        Paths = [.. Listing.Names(_scratch["tree"]).Order(StringComparer.Ordinal)];
    }

    /// <summary>Everything in the tree, without the tree itself.</summary>
    public string[] Paths { get; }

    /// <summary>What the script prints when it runs in the directory in which the tree is.</summary>
    public byte[] Run(string script, byte[]? input = null)
    {
        File.WriteAllBytes(_scratch["input"], input ?? []);
        Listing.Shell(_scratch.Directory, $"{{ {script}\n}} < input > output");
        return File.ReadAllBytes(_scratch["output"]);
    }

    public byte[] ContentOf(string path)
    {
        using var fd = Fd.Open(_scratch["tree/"] + path, OpenFlags.ReadOnly);
        var bytes = new byte[2 << 20];
        var length = fd.ReadAt(bytes, 0);
        return bytes[..length];
    }

    /// <summary>Every file of the tree is found in the index, and the bytes there are its content.</summary>
    public void AssertFound(Walked walked, IEnumerable<string> paths, string prefix, string unpack)
    {
        foreach (var path in paths.Where(path => IsFile(path)))
        {
            var member = walked.Index.Find(prefix + path);
            var content = ContentOf(path);
            Assert.Equal(content.Length, member.Real);
            var bytes = member.Kind == MemberKind.Sparse ? Run(unpack, [.. walked.AllOf(member), .. new byte[1024]]) : walked.DataOf(member);
            Assert.True(bytes.SequenceEqual(content), path);
        }
    }

    public bool IsFile(string path)
    {
        using var folder = Folder.Open(_scratch["tree"]);
        return folder.Status(path, follow: false)!.Value.IsRegular;
    }

    public void Dispose() => _scratch.Dispose();
}
