using System.Diagnostics;
using System.Text;

namespace EndToEnd.Tests;

/// <summary>A running shell script.</summary>
internal sealed class Running : IDisposable
{
    private readonly Process _process;
    private readonly MemoryStream _output = new();
    private readonly MemoryStream _error = new();
    private readonly Task _reading;
    private readonly string _script;

    public Running(string script, string directory, IReadOnlyDictionary<string, string> environment)
    {
        _script = script;
        var start = new ProcessStartInfo("bash", ["-c", script])
        {
            WorkingDirectory = directory,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach (var (name, value) in environment)
        {
            start.Environment[name] = value;
        }

        _process = Process.Start(start)!;
        _reading = Task.WhenAll(
            Collect(_process.StandardOutput.BaseStream, _output),
            Collect(_process.StandardError.BaseStream, _error));
    }

    public int Id => _process.Id;

    public bool HasEnded => _process.HasExited;

    public string Output => Text(_output);

    public string Error => Text(_error);

    /// <summary>Sends text to the script's input.</summary>
    public async Task Write(string text)
    {
        await _process.StandardInput.BaseStream.WriteAsync(Encoding.UTF8.GetBytes(text));
        await _process.StandardInput.BaseStream.FlushAsync();
    }

    public void CloseInput() => _process.StandardInput.Close();

    /// <summary>Waits for the script to exit and its output to end.</summary>
    public async Task<Result> End(int seconds = CaseAttribute.LimitSeconds)
    {
        var deadline = new CancellationTokenSource(TimeSpan.FromSeconds(seconds));
        try
        {
            await _process.WaitForExitAsync(deadline.Token);
            await _reading.WaitAsync(deadline.Token);
        }
        catch (OperationCanceledException)
        {
            Assert.Fail($"still running after {seconds} s: {Describe()}");
        }

        return new Result(_process.ExitCode, Output, Error, _script);
    }

    /// <summary>Waits until a condition holds.</summary>
    public async Task Until(Func<bool> condition, string what, int seconds = 120)
    {
        var watch = Stopwatch.StartNew();
        while (!condition())
        {
            if (watch.Elapsed.TotalSeconds > seconds)
            {
                Assert.Fail($"{what}: not within {seconds} s: {Describe()}");
            }

            await Task.Delay(20);
        }
    }

    public void Dispose() => _process.Dispose();

    private string Describe() => new Result(-1, Output, Error, _script).ToString();

    private static async Task Collect(Stream from, MemoryStream to)
    {
        var buffer = new byte[65536];
        int count;
        while ((count = await from.ReadAsync(buffer)) > 0)
        {
            lock (to)
            {
                to.Write(buffer, 0, count);
            }
        }
    }

    private static string Text(MemoryStream bytes)
    {
        lock (bytes)
        {
            return Encoding.UTF8.GetString(bytes.ToArray());
        }
    }
}

/// <summary>The output and exit status of a script.</summary>
internal sealed record Result(int Status, string Output, string Error, string Script)
{
    /// <summary>Asserts the exit status.</summary>
    public Result Is(int status)
    {
        Assert.True(Status == status, $"exit status {Status} instead of {status}: {this}");
        return this;
    }

    public Result IsNot(int status)
    {
        Assert.True(Status != status, $"exit status {Status}: {this}");
        return this;
    }

    public Result Says(params string[] words)
    {
        foreach (var word in words)
        {
            Assert.True(Error.Contains(word, StringComparison.Ordinal), $"does not say '{word}': {this}");
        }

        return this;
    }

    public Result Prints(string text)
    {
        Assert.True(Output == text, $"does not print '{text}': {this}");
        return this;
    }

    public override string ToString() => $"exit status {Status}\n{Script}\n--- output\n{Short(Output)}\n--- error\n{Short(Error)}";

    private static string Short(string text) => text.Length > 4000 ? text[..4000] + "..." : text;
}
