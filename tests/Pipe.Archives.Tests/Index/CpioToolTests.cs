using Pipe.Protocol;

namespace Pipe.Archives.Tests;

/// <summary>Archives of the cpios that people have.</summary>
public sealed class CpioToolTests : IDisposable
{
    private readonly SampleTree _tree = new();

    public void Dispose() => _tree.Dispose();

    [FactNeeding("cpio")]
    public void Gnu_cpio()
    {
        foreach (var options in new[] { "-H newc", "-H crc", "-H odc", "-H bin", "-H hpbin", "-H hpodc", "-cv", "-H newc -C 4096", "-H ustar", "-H tar" })
        {
            CheckAll($"cpio -o0 {options} 2> /dev/null || :", options.Contains("tar", StringComparison.Ordinal));
        }
    }

    [FactNeeding("bsdtar")]
    public void Libarchive()
    {
        foreach (var format in new[] { "newc", "odc", "bin" })
        {
            CheckAll($"bsdtar --format={format} --null -T - -n -cf - 2> /dev/null", without: format == "bin" ? "-type p" : "-false");
        }
    }

    [FactNeeding("busybox")]
    public void Busybox()
    {
        CheckAll("busybox cpio -o0 -H newc 2> /dev/null");
    }

    [FactNeeding("pax")]
    public void Pax()
    {
        foreach (var format in new[] { "sv4cpio", "sv4crc", "cpio", "bcpio" })
        {
            CheckAll($"pax -w -0 -d -x {format} 2> /dev/null");
        }
    }

    [FactNeeding("cpio")]
    public void Bytes_of_the_binary_format_in_the_other_order()
    {
        var ours = Walked.Of(_tree.Run("cd tree/dir && find . -name 'size5*' | sort | cpio -o -H bin 2> /dev/null"));
        var swapped = Walked.Of(Swapped(ours));

        swapped.AssertCoversAll();
        Assert.Equal(ours.Members, swapped.Members);
        Assert.Equal(_tree.ContentOf("dir/size513"), swapped.DataOf(swapped.Index.Find("size513")).ToArray());
    }

    [FactNeeding("cpio")]
    public void One_archive_behind_another()
    {
        const string again = "(cd tree; find odd dir -print0 | cpio -o0 -H odc; echo new > dir/size1; echo dir/size1 | cpio -o -H newc) 2> /dev/null";
        var walked = Check($"(cd tree; find . -print0 | cpio -o0 -H crc) 2> /dev/null; {again}");

        Assert.Equal("new\n"u8.ToArray(), walked.DataOf(walked.Index.Find("dir/size1")).ToArray());
        Assert.Equal(_tree.ContentOf("zsame"), walked.DataOf(walked.Index.Find("zsame")).ToArray());
    }

    [FactNeeding("cpio")]
    public void Of_several_names_all_have_the_data()
    {
        var walked = Check("cd tree; find . -print0 | cpio -o0 -H newc 2> /dev/null");

        var names = new[] { "dir/size3000", "dir/same", "zsame" };
        Assert.Equal(1, names.Count(name => walked.Index.Locate(name).Stored > 0));
        Assert.Single(names.Select(walked.Index.Find).Distinct());
        Assert.Equal(0, walked.Index.Find("zempty").Stored);
    }

    private static byte[] Swapped(Walked walked)
    {
        var bytes = walked.Stream.ToArray();
        var trailer = walked.Members[^1].Offset + walked.Members[^1].Length;
        foreach (var offset in walked.Members.Select(member => member.Offset).Append(trailer))
        {
            for (var i = (int)offset; i < offset + 26; i += 2)
            {
                (bytes[i], bytes[i + 1]) = (bytes[i + 1], bytes[i]);
            }
        }

        return bytes;
    }

    /// <summary>The command makes an archive of the names that it reads: all but those that <paramref name="without"/> describes to find.</summary>
    private void CheckAll(string command, bool isTar = false, string without = "-false")
    {
        var wanted = _tree.Run($"cd tree; find . -mindepth 1 ! \\( {without} \\) -print0");
        var walked = Check($"cd tree; {command}", !isTar, wanted);
        var names = walked.Members.Select(member => MemberNames.Plain(member.Name)).ToHashSet();
        var expected = RawText.Decode(wanted).TrimEnd('\0').Split('\0').Select(MemberNames.Plain);
        Assert.True(isTar || names.SetEquals(expected), command);
        _tree.AssertFound(walked, _tree.Paths.Where(names.Contains), "./", "false");
    }

    private Walked Check(string command, bool isCpio = true, byte[]? input = null)
    {
        var stream = _tree.Run(command, input);
        var walked = Walked.Of(stream);
        walked.AssertCoversAll();
        Assert.True(walked.Members.Count > (isCpio ? 3 : 20), command);
        for (var seed = 1; seed <= 4; seed++)
        {
            Assert.Equal(walked.Text, Walked.Of(stream, new Random(seed)).Text);
        }

        return walked;
    }
}
