using System.Globalization;
using Pipe.Engine;
using Pipe.Linux;
using Pipe.Protocol;

namespace Pipe.CommandLine;

/// <summary>Opens what -events names. Throws <see cref="Failure"/>.</summary>
internal static class EventTarget
{
    private const uint AnyoneMayReadAndWrite = 0x1B6;

    /// <param name="taken">The descriptor that carries the data, -1 if none does.</param>
    public static Outlet Open(string target, int taken)
    {
        try
        {
            return Outlets.To(target.All(char.IsAsciiDigit) ? OpenDescriptor(target, taken) : OpenFile(target));
        }
        catch (LinuxException e)
        {
            throw new Failure(ExitCode.Objects, $"events: {e.Message}");
        }
    }

    private static Fd OpenFile(string name) =>
        Fd.Open(name, OpenFlags.WriteOnly | OpenFlags.Create | OpenFlags.Truncate | OpenFlags.NoTerminal, AnyoneMayReadAndWrite);

    private static Fd OpenDescriptor(string target, int taken)
    {
        if (!int.TryParse(target, NumberStyles.None, CultureInfo.InvariantCulture, out var number) || !IsWritable(number))
        {
            throw new Failure(ExitCode.Usage, $"events: {target}: not a descriptor that is open for writing", $"write ./{target} for a file of this name");
        }

        if (number == taken)
        {
            throw new Failure(ExitCode.Usage, $"events: {target}: this descriptor carries the data", $"use another: {OptionWord.Events} 3 3>FILE");
        }

        return Own(new Fd(number, target));
    }

    /// <summary>Takes the descriptor over, so that ssh and commands do not inherit it and keep its reader waiting.</summary>
    private static Fd Own(Fd given)
    {
        const int lastStandardStream = 2;
        var own = given.Duplicate();
        if (given.Number > lastStandardStream)
        {
            given.Dispose();
        }

        return own;
    }

    /// <summary>What the caller handed down is never close-on-exec; what the runtime opened for itself always is.</summary>
    private static bool IsWritable(int descriptor)
    {
        const string field = "flags:";
        const int accessMode = 3;
        try
        {
            var info = File.ReadAllText($"/proc/self/fdinfo/{descriptor}");
            var start = info.IndexOf(field, StringComparison.Ordinal) + field.Length;
            var flags = Convert.ToInt32(info[start..info.IndexOf('\n', start)].Trim(), 8);
            return (flags & accessMode) is OpenFlags.WriteOnly or OpenFlags.ReadWrite && (flags & OpenFlags.CloseOnExec) == 0;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }
}
