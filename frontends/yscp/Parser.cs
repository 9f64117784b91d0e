using Pipe.Engine;

namespace Pipe.Yscp;

/// <summary>
/// Parses a yscp command line by scp's rules: letters may be bundled, their argument follows in the same word or in the next, options end at the first
/// operand. Words with two dashes are our own.
/// </summary>
internal static class Parser
{
    /// <summary>Throws <see cref="Failure"/> for an invalid line; stops at --help and --version.</summary>
    public static TransferList Parse(params string[] words)
    {
        var draft = new Draft();
        var i = 0;
        while (!draft.IsAnswered && i < words.Length && words[i].Length > 1 && words[i][0] == '-')
        {
            var word = words[i++];
            if (word == "--")
            {
                break;
            }

            Options.Table.Take(draft, word, words, ref i);
        }

        return draft.IsAnswered ? new TransferList(draft.Kind, [], "", false, "", 0) : Transfers.Of(draft, words[i..]);
    }
}
