namespace Pipe.Ssh;

/// <summary>Base64, as in key files and known_hosts files.</summary>
internal static class Base64Text
{
    /// <summary>Null for invalid text.</summary>
    public static byte[]? TryDecode(string text)
    {
        var bytes = new byte[text.Length];
        return Convert.TryFromBase64String(text, bytes, out var count) ? bytes[..count] : null;
    }
}
