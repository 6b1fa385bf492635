namespace CloudController.Jobs.Benchmarks.Measuring;

/// <summary>A folder that goes when it is disposed.</summary>
internal sealed class ScratchDirectory(string parent) : IDisposable
{
    public string Path { get; } =
        Directory.CreateDirectory(System.IO.Path.Combine(parent, $"ccjobs-bench-{System.IO.Path.GetRandomFileName()}")).FullName;

    public string File(string name) => System.IO.Path.Combine(Path, name);

    public string Folder(string name) => Directory.CreateDirectory(File(name)).FullName;

    public void Dispose() => Directory.Delete(Path, recursive: true);
}
