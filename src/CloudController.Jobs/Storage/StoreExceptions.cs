namespace CloudController.Jobs.Storage;

/// <summary>The store cannot be reached, is full or is damaged. The message is for the operator's log, never for a client.</summary>
public sealed class StoreUnavailableException(string message, Exception? innerException = null) : Exception(message, innerException);

/// <summary>The store's schema is not the one this program works with. The message is one sentence for the operator.</summary>
public sealed class StoreSchemaException(string message) : Exception(message);

/// <summary>The store belongs to another process. The message is one sentence for the operator.</summary>
public sealed class StoreInUseException(string message) : Exception(message);

/// <summary>The store does not let this program in: its name, password, database or rights are wrong, and waiting would not help. The message is one
/// sentence for the operator, without the password.</summary>
public sealed class StoreRefusedException(string message) : Exception(message);

/// <summary>The store has been moved to another database, or a move to or from it has not been finished. The message is one sentence for the operator,
/// without a password.</summary>
public sealed class StoreMovedException(string message) : Exception(message);
