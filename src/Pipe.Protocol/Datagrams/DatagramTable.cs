namespace Pipe.Protocol.Datagrams;

/// <summary>The effect of an authentic datagram on a connection. All others have no effect, in every state.</summary>
internal static class DatagramTable
{
    /// <summary>The next state; null if the datagram is dropped without an answer.</summary>
    public static DatagramState? Next(DatagramState state, DatagramType type) => (state, type) switch
    {
        (DatagramState.Calling, DatagramType.Welcome) => DatagramState.Open,
        (DatagramState.Listening or DatagramState.Answering, DatagramType.Hello) => DatagramState.Answering,
        (DatagramState.Answering or DatagramState.Open, DatagramType.Close) => DatagramState.Closed,
        (DatagramState.Answering or DatagramState.Open, >= DatagramType.Data and <= DatagramType.Response) => DatagramState.Open,
        _ => null,
    };
}
