using System.Globalization;
using Pipe.Engine;

namespace Pipe.Dolly;

/// <summary>Describes the failure of a node: the cause, and the place in the data.</summary>
internal static class FaultText
{
    public static string Of(ChainFault fault) => fault.WasReached
        ? string.Create(CultureInfo.InvariantCulture, $"{fault.Failure.Message} (at byte {fault.Offset}{(fault.Errno > 0 ? $", errno {fault.Errno}" : "")})")
        : fault.Failure.Message;
}
