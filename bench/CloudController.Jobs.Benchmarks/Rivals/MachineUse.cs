using System.Diagnostics;
using System.Globalization;

namespace CloudController.Jobs.Benchmarks.Rivals;

/// <summary>How many of the machine's cores were busy, with whatever, since this was made.</summary>
internal sealed class MachineUse
{
    private const double TicksPerSecond = 100;

    // Of the first line of /proc/stat: what is not work.
    private const int Idle = 4;
    private const int WaitingForDisk = 5;
    private const int Last = 7;

    private readonly long start = Stopwatch.GetTimestamp();
    private readonly long busy = BusyTicks();

    /// <summary>How many tasks wanted a core in the last minute, on average.</summary>
    public static double Load => File.Exists("/proc/loadavg")
        ? double.Parse(File.ReadAllText("/proc/loadavg").Split(' ')[0], CultureInfo.InvariantCulture)
        : 0;

    public double Cores => (BusyTicks() - busy) / TicksPerSecond / Stopwatch.GetElapsedTime(start).TotalSeconds;

    private static long BusyTicks()
    {
        if (!File.Exists("/proc/stat"))
            return 0;

        var fields = File.ReadLines("/proc/stat").First().Split(' ', StringSplitOptions.RemoveEmptyEntries);
        return Enumerable.Range(1, Last).Where(field => field is not Idle and not WaitingForDisk)
            .Sum(field => long.Parse(fields[field], CultureInfo.InvariantCulture));
    }
}
