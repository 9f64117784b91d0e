using System.Globalization;

namespace Pipe.Trees.Tests;

/// <summary>A process of its own for tests that measure one.</summary>
internal static class Host
{
    public static int Main(string[] arguments)
    {
        switch (arguments)
        {
            case ["inventory-memory", var files]:
                Console.WriteLine(InventoryTests.Memory(int.Parse(files, CultureInfo.InvariantCulture)));
                return 0;
            default:
                return 2;
        }
    }
}
