using System.Net;
using System.Net.Sockets;

namespace Pipe.Engine;

/// <summary>
/// Addresses as text. Dotted IPv4 is parsed and formatted here, because the .NET code for it is generic over the character type, is not precompiled,
/// and would slow down every start by some milliseconds.
/// </summary>
internal static class AddressText
{
    private const int Bytes = 4;

    /// <summary>Null if the text is not an address.</summary>
    public static IPAddress? Parse(string text)
    {
        Span<byte> four = stackalloc byte[Bytes];
        return TryParse(text, four) ? new IPAddress(four) : IPAddress.TryParse(text, out var address) ? address : null;
    }

    public static string Of(IPAddress address)
    {
        Span<byte> four = stackalloc byte[Bytes];
        return address.AddressFamily == AddressFamily.InterNetwork && address.TryWriteBytes(four, out _)
            ? $"{four[0]}.{four[1]}.{four[2]}.{four[3]}"
            : address.ToString();
    }

    /// <summary>Accepts plain decimal numbers only: a leading zero would mean octal.</summary>
    private static bool TryParse(string text, Span<byte> four)
    {
        var (at, digits, number) = (0, 0, 0);
        foreach (var character in text)
        {
            if (character == '.' && digits > 0 && at < Bytes - 1)
            {
                four[at++] = (byte)number;
                (digits, number) = (0, 0);
                continue;
            }

            number = (number * 10) + character - '0';
            digits++;
            if (character is < '0' or > '9' || number > byte.MaxValue || (digits > 1 && number < 10))
            {
                return false;
            }
        }

        four[at] = (byte)number;
        return at == Bytes - 1 && digits > 0;
    }
}
