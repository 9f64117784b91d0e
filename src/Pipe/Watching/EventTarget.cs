using System.Globalization;
using Microsoft.Win32.SafeHandles;
using Pipe.Engine;
using Pipe.Protocol;

namespace Pipe;

/// <summary>Opens what -events names. Throws <see cref="Failure"/>.</summary>
internal static class EventTarget
{
    /// <param name="taken">The descriptor that carries the data, -1 if none does.</param>
    public static FileStream Open(string target, int taken) =>
        target.All(char.IsAsciiDigit) ? OpenDescriptor(target, taken) : OpenFile(target);

    private static FileStream OpenDescriptor(string target, int taken)
    {
        if (!int.TryParse(target, NumberStyles.None, CultureInfo.InvariantCulture, out var number) || !IsWritable(number))
        {
            throw new Failure(ExitCode.Usage, $"-events: {target}: not a descriptor that is open for writing", $"a file of this name is reached as ./{target}");
        }

        if (number == taken)
        {
            throw new Failure(ExitCode.Usage, $"-events: {target}: this descriptor carries the data", "take another: -events 3 3>FILE");
        }

        return new FileStream(new SafeFileHandle(number, ownsHandle: false), FileAccess.Write, bufferSize: 0);
    }

    /// <summary>What the caller handed down is never close-on-exec; what the runtime opened for itself always is.</summary>
    private static bool IsWritable(int descriptor)
    {
        const int AccessMode = 3;
        const int CloseOnExec = 0x80000;
        try
        {
            var info = File.ReadAllText($"/proc/self/fdinfo/{descriptor}");
            const string Field = "flags:";
            var start = info.IndexOf(Field, StringComparison.Ordinal) + Field.Length;
            var end = info.IndexOf('\n', start);
            var flags = Convert.ToInt32(info[start..end].Trim(), 8);
            return (flags & AccessMode) != 0 && (flags & CloseOnExec) == 0;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }

    private static FileStream OpenFile(string name)
    {
        try
        {
            return new FileStream(name, FileMode.Create, FileAccess.Write, FileShare.ReadWrite | FileShare.Delete, bufferSize: 0);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new Failure(ExitCode.Objects, $"-events: {name}: cannot be written: {e.Message.ToLowerInvariant()}");
        }
    }
}
