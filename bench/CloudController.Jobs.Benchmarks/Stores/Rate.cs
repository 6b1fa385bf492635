using System.Diagnostics;

namespace CloudController.Jobs.Benchmarks.Stores;

/// <summary>What was reached, by the clock and by this process's processor time: the second stays comparable on a busy machine.</summary>
internal readonly record struct Rate(double PerSecond, double CpuMicrosecondsEach)
{
    internal readonly struct Meter
    {
        private readonly long start = Stopwatch.GetTimestamp();
        private readonly TimeSpan processor = Processor;

        public Meter()
        {
        }

        private static TimeSpan Processor => Process.GetCurrentProcess().TotalProcessorTime;

        public Rate Of(int count) => new(
            count / Stopwatch.GetElapsedTime(start).TotalSeconds, (Processor - processor).TotalMicroseconds / Math.Max(1, count));
    }
}
