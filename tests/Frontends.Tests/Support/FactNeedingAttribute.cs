namespace Frontends.Tests;

/// <summary>A test that is skipped unless a program is installed.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class FactNeedingAttribute : FactAttribute
{
    public FactNeedingAttribute(string program)
    {
        Program = program;
        Skip = IsInstalled(program) ? null : $"{program} is not installed";
    }

    public string Program { get; }

    internal static bool IsInstalled(string program) =>
        (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':').Any(directory => File.Exists(Path.Combine(directory, program)));
}

/// <summary>The same for a theory.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class TheoryNeedingAttribute : TheoryAttribute
{
    public TheoryNeedingAttribute(string program)
    {
        Program = program;
        Skip = FactNeedingAttribute.IsInstalled(program) ? null : $"{program} is not installed";
    }

    public string Program { get; }
}
