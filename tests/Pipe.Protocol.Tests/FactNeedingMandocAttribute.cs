namespace Pipe.Protocol.Tests;

/// <summary>A test that is skipped, with a reason, where there is no mandoc.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class FactNeedingMandocAttribute : FactAttribute
{
    public const string Program = "/usr/bin/mandoc";

    public FactNeedingMandocAttribute() => Skip = File.Exists(Program) ? null : "there is no mandoc";
}
