namespace Pipe.Archives;

/// <summary>From exit statuses to verdicts.</summary>
/// <param name="success">What 0 means.</param>
/// <param name="otherwise">What a status means that is not listed.</param>
/// <param name="listed">Those that mean something else.</param>
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
            CannotRun or NotFound => Verdict.Fatal, // env and sh found no such program
            _ => otherwise,
        };
    }
}
