namespace Pipe.Protocol.Datagrams;

/// <summary>What a datagram that proved itself does to a connection. All others do nothing, in every state.</summary>
internal static class DatagramTable
{
    /// <summary>The state after it; null if the datagram is dropped without an answer.</summary>
    public static DatagramState? Next(DatagramState state, DatagramType type) => (state, type) switch
    {
        (DatagramState.Calling, DatagramType.Welcome) => DatagramState.Open,
        (DatagramState.Listening or DatagramState.Answering, DatagramType.Hello) => DatagramState.Answering,
        (DatagramState.Answering or DatagramState.Open, DatagramType.Close) => DatagramState.Closed,
        (DatagramState.Answering or DatagramState.Open, >= DatagramType.Data and <= DatagramType.Response) => DatagramState.Open,
        _ => null,
    };
}
