namespace Pipe.Linux;

/// <summary>Integer options of sockets.</summary>
internal static unsafe class SocketOption
{
    public static void SetOption(this Fd socket, int level, int option, int value) =>
        socket.Check(Sys.SetSocketOption(socket.Number, level, option, &value, sizeof(int)), "setsockopt");

    /// <summary>False if the kernel does not know the option or this user may not set it.</summary>
    public static bool TrySetOption(this Fd socket, int level, int option, int value) =>
        Sys.SetSocketOption(socket.Number, level, option, &value, sizeof(int)) == 0;

    public static int GetOption(this Fd socket, int level, int option)
    {
        int value;
        uint length = sizeof(int);
        socket.Check(Sys.GetSocketOption(socket.Number, level, option, &value, &length), "getsockopt");
        return value;
    }

    public static bool TryGetOption(this Fd socket, int level, int option, out int value)
    {
        int got;
        uint length = sizeof(int);
        var isThere = Sys.GetSocketOption(socket.Number, level, option, &got, &length) == 0;
        value = isThere ? got : 0;
        return isThere;
    }
}
