using Microsoft.Extensions.Configuration.EnvironmentVariables;
using Microsoft.Extensions.Configuration.Json;

namespace CloudController.Jobs.Cli.Settings;

/// <summary>Where settings come from, in rising order: <c>appsettings.json</c> beside the program and in the current directory, the environment
/// (<c>CCJOBS__Store</c>), the command line (<c>--Store=sqlite</c>).</summary>
internal static class SettingSources
{
    private const string FileName = "appsettings.json";
    private const string EnvironmentPrefix = "CCJOBS__";

    /// <summary>Reads and checks the settings.</summary>
    /// <param name="commandLine"><c>--Key=value</c>, or <c>--Key</c> followed by the value.</param>
    /// <exception cref="UsageException">A file can't be read, or a setting is wrong.</exception>
    public static IConfigurationRoot Read(string[] commandLine)
    {
        var builder = new ConfigurationBuilder();
        AddFile(builder, AppContext.BaseDirectory);
        AddFile(builder, Directory.GetCurrentDirectory());
        builder.AddEnvironmentVariables(EnvironmentPrefix);
        builder.AddCommandLine(commandLine);

        var configuration = Build(builder);
        SettingsCheck.Check(configuration);
        return configuration;
    }

    /// <summary>Where a key was set, for whoever has to correct it.</summary>
    public static string Describe(IConfigurationRoot configuration, string key) =>
        configuration.Providers.LastOrDefault(provider => provider.TryGet(key, out _) || provider.GetChildKeys([], key).Any()) switch
        {
            JsonConfigurationProvider file => PathOf(file.Source),
            EnvironmentVariablesConfigurationProvider => "environment",
            _ => "command line",
        };

    private static void AddFile(ConfigurationBuilder builder, string directory)
    {
        var path = Path.Combine(directory, FileName);
        if (File.Exists(path) && builder.Sources.OfType<JsonConfigurationSource>().All(source => PathOf(source) != path))
            builder.AddJsonFile(path, optional: false, reloadOnChange: false);
    }

    // The framework splits an absolute path into a file provider and a name.
    private static string PathOf(FileConfigurationSource source) => source.FileProvider?.GetFileInfo(source.Path ?? "").PhysicalPath ?? FileName;

    private static IConfigurationRoot Build(ConfigurationBuilder builder)
    {
        try
        {
            return builder.Build();
        }
        catch (Exception exception) when (exception is InvalidDataException or IOException or UnauthorizedAccessException)
        {
            throw new UsageException($"{FileName} can't be read: {exception.GetBaseException().Message}");
        }
    }
}
