using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;
using System.Runtime.Versioning;
using System.Text;

namespace CloudController.Jobs.Cli.Handlers;

/// <summary>Finds what a command started and no longer shows as its child: a process whose parent has ended belongs to init, but keeps the
/// environment that it was given. One that wipes its environment too is beyond reach; a container's limits are for that.</summary>
[SupportedOSPlatform("linux")]
internal static class LeftoverProcesses
{
    // A process can start another while we look; one that does so faster than this is not stopped by looking.
    private const int MaxPasses = 10;

    /// <summary>Kills each process whose environment holds all the given entries.</summary>
    /// <param name="entries">Each <c>NAME=value</c>.</param>
    public static void Kill(params string[] entries)
    {
        var marks = Array.ConvertAll(entries, entry => Encoding.UTF8.GetBytes($"\0{entry}\0"));
        for (var pass = 0; pass < MaxPasses && KillOnce(marks) > 0; pass++)
        {
        }
    }

    private static int KillOnce(byte[][] marks)
    {
        var killed = 0;
        foreach (var directory in Directory.EnumerateDirectories("/proc"))
        {
            var isProcess = int.TryParse(Path.GetFileName(directory), NumberStyles.None, CultureInfo.InvariantCulture, out var id);
            if (isProcess && IsMarked(directory, marks) && Kill(id))
                killed++;
        }

        return killed;
    }

    private static bool IsMarked(string directory, byte[][] marks)
    {
        try
        {
            // Entries end in NUL; one before the first makes all alike.
            byte[] environment = [0, .. File.ReadAllBytes(Path.Combine(directory, "environ"))];
            return Array.TrueForAll(marks, mark => environment.AsSpan().IndexOf(mark) >= 0);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }

    private static bool Kill(int id)
    {
        try
        {
            using var process = Process.GetProcessById(id);
            process.Kill();
            return true;
        }
        catch (Exception exception) when (exception is ArgumentException or InvalidOperationException or Win32Exception)
        {
            return false;
        }
    }
}
