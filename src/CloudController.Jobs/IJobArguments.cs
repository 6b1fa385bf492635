namespace CloudController.Jobs;

/// <summary>Arguments of an operation.</summary>
public interface IJobArguments
{
    /// <summary>The operation's name, such as <c>app.delete</c>: 1 to 128 of <c>[a-z0-9_.-]</c>. It is stored, and outlives every rename of the type.</summary>
    static abstract string Operation { get; }

    /// <summary>What is wrong with these arguments, in one sentence that names the field; <see langword="null"/> if nothing is. Asked at submit and before each run.</summary>
    string? Validate() => null;
}
