namespace Residuum.Interop;

/// <summary>Makes the one error for one file, so that every reader names the file in the same way.</summary>
sealed class Refusal(string kind, string name)
{
    /// <summary>How all these errors begin.</summary>
    public string Start { get; } = $"The {kind} {name} cannot be read: ";

    /// <summary>The error that says why the file is refused; <paramref name="reason"/> is the rest of a sentence, without its full
    /// stop.</summary>
    public ResiduumException Because(string reason, Exception? inner = null)
    {
        var message = $"{Start}{reason}.";
        return inner is null ? new ResiduumException(message) : new ResiduumException(message, inner);
    }
}
