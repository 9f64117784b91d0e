using Pipe.Engine;

namespace Pipe.Nbd.Tests;

public sealed class NbdUriTests
{
    [Theory]
    [InlineData("nbd://host/", "host", 10809, "", "")]
    [InlineData("nbd://host", "host", 10809, "", "")]
    [InlineData("nbd://host:5/disk%20one", "host", 5, "", "disk one")]
    [InlineData("nbd://[::1]:7/a/b", "::1", 7, "", "a/b")]
    [InlineData("nbd://[::1]/", "::1", 10809, "", "")]
    [InlineData("nbd+unix:///?socket=/run/a%20b", "", 0, "/run/a b", "")]
    [InlineData("nbd+unix:///disk?x=y&socket=s", "", 0, "s", "disk")]
    public void The_forms_of_the_nbd_project_are_read(string word, string host, int port, string path, string export)
    {
        Assert.True(NbdUri.IsOne(word));
        Assert.Equal(new NbdUri(word, host, port, path, export), NbdUri.Parse(word));
    }

    [Theory]
    [InlineData("nbd+vsock://2/")]
    [InlineData("nbd+unix:///")]
    [InlineData("nbds+unix:///")]
    [InlineData("nbd://host:0/")]
    [InlineData("nbd://host:x/")]
    [InlineData("nbd:host:5")]
    public void Others_are_refused(string word)
    {
        Assert.True(NbdUri.IsOne(word));
        Assert.Throws<Failure>(() => NbdUri.Parse(word));
    }

    [Theory]
    [InlineData("nbds://host/", "", "host")]
    [InlineData("nbds://host:5/a?x=y&tls-certificates=/a%20b", "/a b", "host")]
    [InlineData("nbds+unix:///?socket=s&tls-certificates=pki", "pki", "localhost")]
    public void Tls_has_certificates(string word, string certificates, string name)
    {
        var uri = NbdUri.Parse(word);
        Assert.Equal((true, certificates, name), (uri.IsTls, uri.Certificates, uri.TlsName));
        Assert.True(NbdUri.IsOne(word));
    }

    [Theory]
    [InlineData("host:nbd")]
    [InlineData("./nbd:file")]
    [InlineData("nbd")]
    public void Names_of_files_are_none(string word) => Assert.False(NbdUri.IsOne(word));
}
