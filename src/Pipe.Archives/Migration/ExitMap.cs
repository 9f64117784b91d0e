namespace Pipe.Archives;

/// <summary>Maps exit statuses to verdicts.</summary>
/// <param name="success">The verdict for 0.</param>
/// <param name="otherwise">The verdict for a status that is not listed.</param>
/// <param name="listed">The verdicts for particular statuses.</param>
internal sealed class ExitMap(Verdict success, Verdict otherwise, params (int Status, Verdict Verdict)[] listed)
{
    private const int CannotRun = 126;
    private const int NotFound = 127;

    public Verdict Of(int status)
    {
        foreach (var (known, verdict) in listed)
        {
            if (known == status)
            {
                return verdict;
            }
        }

        return status switch
        {
            0 => success,
            CannotRun or NotFound => Verdict.Fatal, // env and sh did not find the program
            _ => otherwise,
        };
    }
}
