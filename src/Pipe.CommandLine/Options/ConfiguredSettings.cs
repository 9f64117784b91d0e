using Pipe.Engine;
using Pipe.Protocol;

namespace Pipe.CommandLine;

/// <summary>The values that the configuration files give to the options of <see cref="TransferOptions"/>. Every line of every section is checked.</summary>
internal sealed class ConfiguredSettings
{
    private readonly IReadOnlyList<ConfigurationLine> _lines;

    /// <exception cref="Failure">A line names no option, or has a value that the option does not take.</exception>
    public ConfiguredSettings(IReadOnlyList<ConfigurationLine> lines)
    {
        _lines = lines;
        var unused = new TransferSettings();
        foreach (var line in lines)
        {
            Set(unused, line);
        }
    }

    /// <summary>The settings of a program for a host: the last line counts.</summary>
    public TransferSettings For(string program, string host)
    {
        var settings = new TransferSettings();
        foreach (var line in _lines.Where(line => line.IsFor(program, host)))
        {
            Set(settings, line);
        }

        return settings;
    }

    private static void Set(TransferSettings settings, ConfigurationLine line)
    {
        if (TransferOptions.SettingOf(line.Name) is not { } set)
        {
            throw new Failure(ExitCode.Usage, $"{line.Place}: {line.Name}: no such name", ConfigurationFile.Near(line.Name, [.. TransferOptions.SettingNames, .. ConfigurationFile.SectionWords]));
        }

        try
        {
            set(settings, line.Name, line.Value);
        }
        catch (Failure e)
        {
            throw new Failure(ExitCode.Usage, $"{line.Place}: {e.Message}", e.Hint);
        }

        if (settings.Keep?.Seconds == Remote.EndOfKeeping)
        {
            throw new Failure(ExitCode.Usage, $"{line.Place}: {line.Name} {line.Value}: not a number of seconds");
        }
    }
}
