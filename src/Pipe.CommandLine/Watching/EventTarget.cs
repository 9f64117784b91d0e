using System.Globalization;
using Pipe.Engine;
using Pipe.Linux;
using Pipe.Protocol;

namespace Pipe.CommandLine;

/// <summary>Opens the argument of -events. Throws <see cref="Failure"/>.</summary>
internal static class EventTarget
{
    /// <param name="taken">The descriptor that carries the data; -1 if there is none.</param>
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
        Fd.Open(name, OpenFlags.WriteOnly | OpenFlags.Create | OpenFlags.Truncate | OpenFlags.NoTerminal, Permissions.Default);

    private static Fd OpenDescriptor(string target, int taken)
    {
        if (!int.TryParse(target, NumberStyles.None, CultureInfo.InvariantCulture, out var number) || !IsWritable(number))
        {
            throw new Failure(ExitCode.Usage, $"events: {target}: not a descriptor open for writing", $"for a file of this name write ./{target}");
        }

        if (number == taken)
        {
            throw new Failure(ExitCode.Usage, $"events: {target}: this descriptor carries the data", $"use another: {OptionWord.Events} 3 3>FILE");
        }

        return Own(new Fd(number, target));
    }

    /// <summary>Makes the descriptor close-on-exec, so that ssh and commands do not inherit it and keep its reader waiting.</summary>
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

    /// <summary>Inherited descriptors are never close-on-exec; those that the runtime opened always are.</summary>
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
