using Pipe.Linux;

namespace Pipe.Trees.Tests;

/// <summary>A test that is skipped where everything may be read.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class FactNotAsRootAttribute : FactAttribute
{
    public FactNotAsRootAttribute()
    {
        if (FileTraits.IsRoot)
        {
            Skip = "root may read everything";
        }
    }
}
