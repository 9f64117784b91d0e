using System.Runtime.CompilerServices;

// All P/Invokes are LibraryImports with blittable arguments.
[assembly: DisableRuntimeMarshalling]
