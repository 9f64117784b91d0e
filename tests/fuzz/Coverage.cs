using System.Reflection;
using System.Runtime.InteropServices;

namespace Pipe.Fuzz;

/// <summary>
/// Which branches of the protocol's code a case has taken, where SharpFuzz has instrumented it: tests/fuzz/run does that if the tool can be installed. Only one
/// thread may be measured.
/// </summary>
internal static class Coverage
{
    private const int Size = 1 << 16;
    private static readonly byte[] Seen = new byte[Size];
    private static readonly nint Map = Marshal.AllocHGlobal(Size);
    private static readonly byte[] Now = new byte[Size];
    private static readonly byte[] Zeros = new byte[Size];

    /// <summary>Whether the code is instrumented.</summary>
    public static bool IsOn { get; private set; }

    /// <summary>Called before anything of the program runs: instrumented code writes to the map from every thread, and crashes without one.</summary>
    public static void Start() => IsOn = TryStart();

    /// <summary>Called before a case.</summary>
    public static void Begin()
    {
        if (IsOn)
        {
            Marshal.Copy(Zeros, 0, Map, Size);
        }
    }

    /// <summary>Whether the case has taken a branch that none before it took.</summary>
    public static bool HasGrown()
    {
        Marshal.Copy(Map, Now, 0, Size);
        var isNew = false;
        for (ReadOnlySpan<byte> rest = Now; rest.IndexOfAnyExcept((byte)0) is >= 0 and var at; rest = rest[(at + 1)..])
        {
            var place = Size - rest.Length + at;
            isNew |= Seen[place] == 0;
            Seen[place] = 1;
        }

        return isNew;
    }

    private static bool TryStart()
    {
        var isInstrumented = typeof(Pipe.Protocol.Limits).Assembly.GetReferencedAssemblies().Any(static one => one.Name == "SharpFuzz.Common");
        if (!isInstrumented)
        {
            return false;
        }

        Marshal.Copy(Zeros, 0, Map, Size);
        Assembly.Load("SharpFuzz.Common").GetType("SharpFuzz.Common.Trace")!.GetField("SharedMem")!.SetValue(null, Map);
        return true;
    }
}
