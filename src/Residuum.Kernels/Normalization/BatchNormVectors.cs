namespace Residuum.Kernels;

/// <summary>
/// The vectors of a batch normalization, one number a channel. Those that a kernel writes are padded with zeros to whole blocks of 16;
/// of gamma, beta and the running statistics exactly the channels are read and written.
/// </summary>
internal readonly struct BatchNormVectors
{
    /// <summary>Scale; absent: 1.</summary>
    public Address Gamma { get; init; }

    /// <summary>Offset; absent: 0.</summary>
    public Address Beta { get; init; }

    /// <summary>The mean that was subtracted, kept for the gradient.</summary>
    public Address Mean { get; init; }

    /// <summary>1 / sqrt(variance + epsilon), kept for the gradient.</summary>
    public Address InverseDeviation { get; init; }

    /// <summary>The mean over training so far; where absent, none is kept.</summary>
    public Address RunningMean { get; init; }

    /// <summary>The unbiased variance over training so far; where absent, none is kept.</summary>
    public Address RunningVariance { get; init; }

    /// <summary>gamma / sqrt(variance + epsilon), written; where absent, it is not kept.</summary>
    public Address Scale { get; init; }

    /// <summary>beta - mean scale, written; where absent, it is not kept.</summary>
    public Address Shift { get; init; }
}

/// <summary>
/// The vectors of batch normalization's gradient, one number a channel. Mean, inverse deviation and both gradients are padded to
/// whole blocks of 16; of gamma exactly the channels are read.
/// </summary>
internal readonly struct BatchNormGradientVectors
{
    /// <summary>Scale; absent: 1.</summary>
    public Address Gamma { get; init; }

    /// <summary>The mean that the forward pass subtracted.</summary>
    public Address Mean { get; init; }

    /// <summary>1 / sqrt(variance + epsilon) of the forward pass.</summary>
    public Address InverseDeviation { get; init; }

    /// <summary>Gradient of gamma, written; may be absent.</summary>
    public Address GammaGradient { get; init; }

    /// <summary>Gradient of beta, written; may be absent.</summary>
    public Address BetaGradient { get; init; }
}
