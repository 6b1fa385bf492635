using System.Globalization;
using System.Text;
using Microsoft.Win32.SafeHandles;

namespace CloudController.Jobs.Cli.Torture;

/// <summary>A file into which one process writes down what its runs do, each mark in one write, so that a kill leaves whole lines.</summary>
internal sealed class EffectLog(string file, TimeProvider time) : IDisposable
{
    public const string Beginning = "begin";
    public const string Ending = "end";

    /// <summary>What a line has: mark, job, run, attempt, seconds, and a full stop, without which it is not whole.</summary>
    public const int Fields = 6;

    private readonly SafeFileHandle handle = File.OpenHandle(file, FileMode.CreateNew, FileAccess.Write, FileShare.Read);
    private readonly Lock gate = new();
    private long length;

    public void Begin(string job, int run, int attempt) => Write(Beginning, job, run, attempt);

    public void End(string job, int run, int attempt) => Write(Ending, job, run, attempt);

    public void Dispose() => handle.Dispose();

    private void Write(string mark, string job, int run, int attempt)
    {
        lock (gate)
        {
            var seconds = (double)time.GetTimestamp() / time.TimestampFrequency;
            var line = Encoding.ASCII.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{mark} {job} {run} {attempt} {seconds:F6} .\n"));
            RandomAccess.Write(handle, line, length);
            length += line.Length;
        }
    }
}
