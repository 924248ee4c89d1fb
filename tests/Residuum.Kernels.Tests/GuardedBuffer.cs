namespace Residuum.Kernels.Tests;

/// <summary>Numbers between two guards that nobody may write, and that start as NaN so that what was never written shows.</summary>
internal class GuardedBuffer : IDisposable
{
    const int Guard = 64;
    const int Canary = 0x7FC0_CAFE;

    readonly NativeBuffer _buffer;

    public GuardedBuffer(long length)
    {
        Length = (int)length;
        _buffer = new NativeBuffer(length + 2 * Guard);
        _buffer.At(0).IntegerSpan(Guard).Fill(Canary);
        _buffer.At(Guard + length).IntegerSpan(Guard).Fill(Canary);
        Poison();
    }

    /// <summary>These numbers.</summary>
    public GuardedBuffer(float[] numbers) : this(numbers.Length) => numbers.CopyTo(Span);

    public int Length { get; }

    public Address Address => _buffer.At(Guard);

    public Span<float> Span => Address.Span(Length);

    public void Poison() => Span.Fill(float.NaN);

    /// <summary>All numbers as they lie, once the guards are found whole.</summary>
    public float[] Raw()
    {
        CheckGuards();
        return Span.ToArray();
    }

    /// <summary>Fails where something was written outside.</summary>
    public void CheckGuards()
    {
        Assert.Equal(-1, _buffer.At(0).IntegerSpan(Guard).IndexOfAnyExcept(Canary));
        Assert.Equal(-1, _buffer.At(Guard + Length).IntegerSpan(Guard).IndexOfAnyExcept(Canary));
    }

    public void Dispose() => _buffer.Dispose();
}
