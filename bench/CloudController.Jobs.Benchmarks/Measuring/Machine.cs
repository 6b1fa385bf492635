using System.ComponentModel;
using System.Diagnostics;
using System.Runtime.InteropServices;
using Microsoft.Data.Sqlite;
using Microsoft.Win32.SafeHandles;

namespace CloudController.Jobs.Benchmarks.Measuring;

/// <summary>What the figures were taken on.</summary>
internal static class Machine
{
    private const int PageBytes = 8_192;
    private static readonly TimeSpan DiskTime = TimeSpan.FromSeconds(2);

    public static void Describe(TextWriter output, string directory)
    {
        using var sqlite = new SqliteConnection("Data Source=:memory:");
        var memory = GC.GetGCMemoryInfo().TotalAvailableMemoryBytes >> 30;
        output.WriteLine($"- {Environment.ProcessorCount} cores, {memory} GiB of memory, {RuntimeInformation.OSDescription}");
        output.WriteLine($"- .NET {Environment.Version}, SQLite {sqlite.ServerVersion}");
        output.WriteLine($"- disk: {SyncsPerSecond(directory):N0} times 8 kB written and fdatasync'ed a second");
        output.WriteLine($"- load before: {LoadAverage()}");
        output.Flush();
    }

    /// <summary>How often a second 8 kB can be overwritten and brought to the disk.</summary>
    public static double SyncsPerSecond(string directory)
    {
        var path = Path.Combine(directory, Path.GetRandomFileName());
        using var file = File.OpenHandle(path, FileMode.Create, FileAccess.Write, FileShare.None, FileOptions.DeleteOnClose);
        var page = new byte[PageBytes];
        Random.Shared.NextBytes(page);
        var count = 0;
        var watch = Stopwatch.StartNew();
        while (watch.Elapsed < DiskTime)
        {
            RandomAccess.Write(file, page, 0);
            if (NativeMethods.fdatasync(file) != 0)
                throw new Win32Exception(Marshal.GetLastPInvokeError());

            count++;
        }

        return count / watch.Elapsed.TotalSeconds;
    }

    private static string LoadAverage() => File.Exists("/proc/loadavg") ? File.ReadAllText("/proc/loadavg").Trim() : "unknown";

    private static class NativeMethods
    {
        [DllImport("libc", SetLastError = true)]
        [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
        public static extern int fdatasync(SafeFileHandle file);
    }
}
