using System.Security.Cryptography;

namespace CloudController.Jobs.Running;

/// <summary>What this process is called as a worker: its host, its process, and a few random letters, so that no two are ever called the same.</summary>
internal sealed class WorkerIdentity
{
    /// <summary>Shown only to those who read everything.</summary>
    public string Name { get; } = $"{Environment.MachineName}:{Environment.ProcessId}:{RandomNumberGenerator.GetHexString(6, lowercase: true)}";
}
