using System.Diagnostics;
using Pipe.Protocol;

namespace Pipe.Tests;

/// <summary>Runs shell text, given in RawText, and returns its result.</summary>
internal sealed record Shell(int Status, byte[] Output, string Error)
{
    public string Text => RawText.Decode(Output);

    public static Shell Run(string script, string shell = "/bin/sh")
    {
        using var scratch = new Scratch();
        File.WriteAllBytes(scratch["script"], RawText.Encode(script));
        var start = new ProcessStartInfo(shell, [scratch["script"]]) { RedirectStandardOutput = true, RedirectStandardError = true, RedirectStandardInput = true };
        using var process = Process.Start(start)!;
        process.StandardInput.Close();
        var error = process.StandardError.ReadToEndAsync();
        using var output = new MemoryStream();
        process.StandardOutput.BaseStream.CopyTo(output);
        process.WaitForExit();
        return new Shell(process.ExitCode, output.ToArray(), error.Result);
    }
}
