using System.Collections.Immutable;

namespace Residuum.Graphs;

/// <summary>
/// An operation: a small immutable record of its attributes that knows what it makes of its inputs and what that costs. How it
/// is computed, differentiated or written to a file is known elsewhere, in a table of the folder concerned.
/// </summary>
public abstract record Op
{
    /// <summary>The operation's name, for example <c>Conv2d</c>.</summary>
    public string Kind => GetType().Name;

    /// <summary>The types of the outputs for inputs of these types.</summary>
    /// <exception cref="ResiduumException">The inputs do not suit the operation; the sentence says why.</exception>
    public abstract ImmutableArray<TensorType> Infer(ReadOnlySpan<TensorType> inputs);

    /// <summary>Multiply-adds for one image, counted as the papers do: convolutions and linear layers only.</summary>
    public virtual long MultiplyAdds(ReadOnlySpan<TensorType> inputs, ReadOnlySpan<TensorType> outputs) => 0;

    /// <summary>The sentence for inputs that do not suit.</summary>
    protected ResiduumException Mismatch(string why) => new($"{Kind} cannot be applied: {why}.");

    /// <summary>Checks the number of inputs.</summary>
    protected void Expect(ReadOnlySpan<TensorType> inputs, int least, int most)
    {
        if (inputs.Length < least || inputs.Length > most)
            throw Mismatch($"it takes {(least == most ? $"{least}" : $"{least} to {most}")} inputs and was given {inputs.Length}");
    }

    /// <summary>Checks that an input has this rank; 4 for images (N x C x H x W), 2 for rows (N x features).</summary>
    protected void ExpectRank(TensorType input, int rank, string what)
    {
        if (input.Shape.Rank != rank) throw Mismatch($"its {what} must have {rank} dimensions and has the shape {input.Shape}");
    }

    /// <summary>Checks that an input has exactly this shape.</summary>
    protected void ExpectShape(TensorType input, Tensors.Shape shape, string what)
    {
        if (input.Shape != shape) throw Mismatch($"its {what} must have the shape {shape} and has {input.Shape}");
    }
}
