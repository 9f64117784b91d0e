using Pipe.Engine;
using Pipe.Linux;
using Pipe.Protocol;

namespace Pipe.Nbd;

/// <summary>Maps failures to NBD error numbers.</summary>
internal static class ErrorNumber
{
    public static NbdError Of(IOException failure) => failure switch
    {
        LinuxException { IsNoSpace: true } or CloneException { Fault: CloneFault.NoSpace } => NbdError.NoSpace,
        CloneException { Fault: CloneFault.Slow } => NbdError.NotSupported,
        _ => NbdError.Io,
    };
}
