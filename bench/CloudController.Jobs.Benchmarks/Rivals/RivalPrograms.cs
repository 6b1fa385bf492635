using System.Diagnostics;

namespace CloudController.Jobs.Benchmarks.Rivals;

/// <summary>The systems' programs: what they need to be there, and how they are started.</summary>
internal static class RivalPrograms
{
    private const string Self = "CloudController.Jobs.Benchmarks";
    private const string Packages = "package-lock.json";

    /// <summary>Says what is missing, and installs what the package registries serve.</summary>
    /// <returns>Whether all that takes part can be started.</returns>
    public static async Task<bool> PrepareAsync(IReadOnlyList<Rival> rivals, TextWriter errors)
    {
        var node = rivals.Any(rival => rival.Runs == RivalHost.Node);
        var isReady = Has("initdb", "PostgreSQL's programs", "apt-get install postgresql")
            & (!node || Has("node", "Node 20 or later", "apt-get install nodejs npm") & Has("npm", "npm", "apt-get install npm"))
            & (rivals.All(rival => rival.Name != Rival.BullMq) || Has("redis-server", "Redis", "apt-get install redis-server"));
        if (!isReady)
        {
            errors.WriteLine($"Or leave out who needs it: --only {string.Join(',', Rival.All.Where(CanRun).Select(rival => rival.Name))}");
            return false;
        }

        return (!node || await InstallAsync(errors)) && (rivals.All(rival => rival.Runs != RivalHost.DotNet) || await BuildAsync(errors));

        bool Has(string program, string what, string howTo)
        {
            var has = Find(program) is not null;
            if (!has)
                errors.WriteLine($"{what} is missing ({program} is not found): on Debian, {howTo}.");

            return has;
        }

        static bool CanRun(Rival rival) => rival.Runs != RivalHost.Node
            || (Find("node") is not null && Find("npm") is not null && (rival.Name != Rival.BullMq || Find("redis-server") is not null));
    }

    public static ProcessStartInfo Start(Rival rival) => rival.Runs switch
    {
        RivalHost.Benchmarks => new ProcessStartInfo(Path.Combine(AppContext.BaseDirectory, Self), ["rival", rival.Argument]),
        RivalHost.DotNet => new ProcessStartInfo(Path.Combine(Artifacts, "bin", "Rivals", "release", "Rivals"), [rival.Argument]),
        _ => new ProcessStartInfo("node", [Path.Combine(Folder("node"), rival.Argument)]) { WorkingDirectory = Folder("node") },
    };

    /// <summary>What the tree stands at, where git tells.</summary>
    public static async Task<string> CommitAsync()
    {
        if (Find("git") is not { } git)
            return "unknown";

        var start = new ProcessStartInfo(git, ["describe", "--always", "--dirty"]) { WorkingDirectory = Root, RedirectStandardOutput = true };
        using var process = Process.Start(start)!;
        var commit = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        return commit.Trim();
    }

    /// <summary>The build's own folder.</summary>
    public static string Artifacts => Path.Combine(Root, "artifacts");

    /// <summary>The source tree that this program was built from.</summary>
    public static string Root { get; } = FindRoot(new DirectoryInfo(AppContext.BaseDirectory));

    private static string Folder(string name) => Path.Combine(Root, "bench", "rivals", name);

    private static string FindRoot(DirectoryInfo? from)
    {
        while (from is not null && !Directory.Exists(Path.Combine(from.FullName, "bench", "rivals")))
        {
            from = from.Parent;
        }

        return from?.FullName ?? throw new InvalidOperationException("It runs from the source tree: bench/rivals was not found above this program.");
    }

    private static string? Find(string program)
    {
        var packaged = Directory.Exists("/usr/lib/postgresql") ? Directory.GetDirectories("/usr/lib/postgresql") : [];
        return packaged.Select(version => Path.Combine(version, "bin"))
            .Concat((Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator))
            .Select(folder => Path.Combine(folder, program)).FirstOrDefault(File.Exists);
    }

    private static async Task<bool> InstallAsync(TextWriter errors)
    {
        var installed = new FileInfo(Path.Combine(Folder("node"), "node_modules", ".package-lock.json"));
        if (installed.Exists && installed.LastWriteTimeUtc >= File.GetLastWriteTimeUtc(Path.Combine(Folder("node"), Packages)))
            return true;

        return await RunAsync(errors, "npm", Folder("node"), "ci", "--ignore-scripts", "--no-audit", "--no-fund");
    }

    private static Task<bool> BuildAsync(TextWriter errors) =>
        RunAsync(errors, "dotnet", Folder("dotnet"), "build", "-c", "Release", "-v", "quiet", "-nologo");

    private static async Task<bool> RunAsync(TextWriter errors, string program, string folder, params IEnumerable<string> arguments)
    {
        var start = new ProcessStartInfo(program, arguments) { WorkingDirectory = folder, RedirectStandardOutput = true };
        using var process = Process.Start(start)!;
        var output = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        if (process.ExitCode != 0)
            errors.WriteLine($"{program} {string.Join(' ', arguments)} failed in {folder}:\n{output}");

        return process.ExitCode == 0;
    }
}
