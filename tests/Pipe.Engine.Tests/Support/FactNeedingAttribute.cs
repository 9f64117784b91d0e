namespace Pipe.Engine.Tests;

/// <summary>A test that is skipped unless a program is installed.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class FactNeedingAttribute : FactAttribute
{
    public FactNeedingAttribute(string tool)
    {
        Tool = tool;
        if (!(Environment.GetEnvironmentVariable("PATH") ?? "").Split(':').Any(directory => File.Exists(Path.Combine(directory, tool))))
        {
            Skip = $"{tool} is not installed";
        }
    }

    public string Tool { get; }
}
