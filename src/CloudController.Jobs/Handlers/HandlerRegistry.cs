using System.Collections.Frozen;
using System.Diagnostics.CodeAnalysis;

namespace CloudController.Jobs.Handlers;

/// <summary>The operations that this process can do.</summary>
public sealed class HandlerRegistry
{
    private readonly FrozenDictionary<string, HandlerRegistration> byOperation;

    /// <summary>Collects what was registered.</summary>
    /// <exception cref="InvalidOperationException">Two handlers claim the same operation.</exception>
    public HandlerRegistry(IEnumerable<HandlerRegistration> registrations)
    {
        var handlers = new Dictionary<string, HandlerRegistration>(StringComparer.Ordinal);
        foreach (var registration in registrations)
        {
            if (!handlers.TryAdd(registration.Operation, registration))
            {
                throw new InvalidOperationException($"Two handlers are registered for the operation '{registration.Operation}'; one is allowed.");
            }
        }

        byOperation = handlers.ToFrozenDictionary(StringComparer.Ordinal);
    }

    /// <summary>Their names.</summary>
    public IReadOnlyCollection<string> Operations => byOperation.Keys;

    /// <summary>The handler of an operation, if this process has one.</summary>
    public bool TryFind(string operation, [NotNullWhen(true)] out HandlerRegistration? handler) => byOperation.TryGetValue(operation, out handler);
}
