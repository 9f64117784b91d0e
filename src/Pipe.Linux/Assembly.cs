using System.Runtime.CompilerServices;

// Every call is a LibraryImport with blittable arguments.
[assembly: DisableRuntimeMarshalling]
