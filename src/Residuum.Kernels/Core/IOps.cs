namespace Residuum.Kernels;

/// <summary>
/// What a kernel may do with a vector of floats. One implementation for each width; kernels are generic in the runtime's own
/// <c>Vector512/256/128&lt;float&gt;</c> and in this struct (a wrapper around the vector costs up to a quarter of the speed).
/// </summary>
internal unsafe interface IOps<TVector> where TVector : struct
{
    /// <summary>Floats in a vector: 16, 8 or 4.</summary>
    static abstract int Width { get; }

    static abstract TVector Zero { get; }
    static abstract TVector Load(float* source);
    static abstract void Store(TVector value, float* target);
    static abstract TVector Broadcast(float value);
    static abstract TVector Add(TVector left, TVector right);
    static abstract TVector Subtract(TVector left, TVector right);
    static abstract TVector Multiply(TVector left, TVector right);

    /// <summary>left * right + addend, rounded once where the processor can.</summary>
    static abstract TVector MultiplyAdd(TVector left, TVector right, TVector addend);

    static abstract TVector Divide(TVector left, TVector right);

    static abstract TVector Max(TVector left, TVector right);
    static abstract TVector Min(TVector left, TVector right);

    /// <summary>Two to the power of each lane, which is a whole number from -126 to 127.</summary>
    static abstract TVector PowerOfTwo(TVector exponent);

    /// <summary>Each lane of <paramref name="value"/> where the lane of <paramref name="mask"/> is above zero, else zero.</summary>
    static abstract TVector WherePositive(TVector mask, TVector value);

    /// <summary>Each lane: left &gt; right or left is NaN ? whenTrue : whenFalse.</summary>
    static abstract TVector SelectGreaterOrNaN(TVector left, TVector right, TVector whenTrue, TVector whenFalse);

    /// <summary>Each lane: the bits of left and right are the same ? whenTrue : 0. For integers kept in float lanes.</summary>
    static abstract TVector WhereSameBits(TVector left, TVector right, TVector whenTrue);

    /// <summary>Each lane: left &gt; right ? whenTrue : whenFalse.</summary>
    static abstract TVector SelectGreater(TVector left, TVector right, TVector whenTrue, TVector whenFalse);

    /// <summary>Each lane: left == right ? whenTrue : 0.</summary>
    static abstract TVector WhereEqual(TVector left, TVector right, TVector whenTrue);

    /// <summary>
    /// Each lane: the lane of <paramref name="value"/> whose number is in <paramref name="lanes"/>, as an integer kept in a float lane.
    /// </summary>
    static abstract TVector Permute(TVector value, TVector lanes);

    /// <summary>Each lane with an even number, and after it the same again.</summary>
    static abstract TVector DoubleEven(TVector value);

    /// <summary>Before each lane with an odd number the same.</summary>
    static abstract TVector DoubleOdd(TVector value);
}
