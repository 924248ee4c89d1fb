namespace Residuum;

/// <summary>
/// The one error that Residuum raises for bad input: a file, a name, a shape or a setting that cannot be used.
/// Its message is one sentence that says what was wrong, with what, and what to do.
/// </summary>
public sealed class ResiduumException : Exception
{
    /// <summary>Creates the error with its sentence.</summary>
    public ResiduumException(string message) : base(message) { }

    /// <summary>Creates the error with its sentence and the lower error that caused it.</summary>
    public ResiduumException(string message, Exception inner) : base(message, inner) { }
}
