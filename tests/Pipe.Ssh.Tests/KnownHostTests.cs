using System.Buffers.Binary;
using System.Text;

namespace Pipe.Ssh.Tests;

public sealed class KnownHostTests
{
    private static readonly byte[] Key = Blob("ssh-ed25519", 1);

    [Fact]
    public void A_line_that_it_writes_is_one_that_it_finds()
    {
        foreach (var isHashed in (bool[])[false, true])
        {
            var line = KnownHost.Parse(KnownHost.LineFor("[h]:23", Key, isHashed), "f:1")!;
            Assert.True(line.IsFor("[h]:23") && line.Has(Key));
            Assert.False(line.IsFor("h") || line.IsFor("[h]:24") || line.Has(Blob("ssh-ed25519", 2)));
            Assert.Equal(isHashed, line.Names.StartsWith("|1|", StringComparison.Ordinal));
        }
    }

    /// <summary>In the format that ssh-keygen -H writes.</summary>
    [Theory]
    [InlineData("h.example", true)]
    [InlineData("other", false)]
    public void A_hashed_name_is_found(string name, bool isFound)
    {
        var salt = Convert.ToBase64String(new byte[20]);
#pragma warning disable CA5350
        var hash = Convert.ToBase64String(System.Security.Cryptography.HMACSHA1.HashData(new byte[20], "h.example"u8.ToArray()));
#pragma warning restore CA5350
        Assert.Equal(isFound, KnownHost.Parse($"|1|{salt}|{hash} ssh-ed25519 {Convert.ToBase64String(Key)}", "f:1")!.IsFor(name));
    }

    [Theory]
    [InlineData("h ssh-ed25519 KEY", nameof(KnownHostMarker.None))]
    [InlineData(" h,*.x  ssh-ed25519\tKEY words", nameof(KnownHostMarker.None))]
    [InlineData("@revoked * ssh-ed25519 KEY", nameof(KnownHostMarker.Revoked))]
    [InlineData("@cert-authority *.x ssh-ed25519 KEY", nameof(KnownHostMarker.Authority))]
    [InlineData("@other h ssh-ed25519 KEY", null)]
    [InlineData("# h ssh-ed25519 KEY", null)]
    [InlineData("h ssh-rsa KEY", null)]
    [InlineData("h ssh-ed25519 ?", null)]
    [InlineData("h ssh-ed25519 AAAA", null)]
    [InlineData("h ssh-ed25519", null)]
    [InlineData("@revoked", null)]
    [InlineData("h 1024 35 12345", null)]
    [InlineData("", null)]
    public void Lines_are_read_as_ssh_reads_them(string line, string? marker) =>
        Assert.Equal(marker, KnownHost.Parse(line.Replace("KEY", Convert.ToBase64String(Key), StringComparison.Ordinal), "f:1")?.Marker.ToString());

    private static byte[] Blob(string type, byte key)
    {
        var blob = new byte[sizeof(int) + type.Length + sizeof(int) + 1];
        BinaryPrimitives.WriteInt32BigEndian(blob, type.Length);
        Encoding.ASCII.GetBytes(type).CopyTo(blob, sizeof(int));
        BinaryPrimitives.WriteInt32BigEndian(blob.AsSpan(sizeof(int) + type.Length), 1);
        blob[^1] = key;
        return blob;
    }
}
