using System.Runtime.InteropServices;

namespace Residuum.Kernels;

/// <summary>
/// Memory for numbers outside the managed heap, aligned to 64 bytes and zeroed. Disposing frees it; addresses into it are void then.
/// </summary>
internal sealed unsafe partial class NativeBuffer : IDisposable
{
    const nuint Alignment = 64;

    // Large buffers ask for large pages: a kernel that walks through megabytes otherwise spends its time looking up addresses.
    const nuint LargePage = 2 * 1024 * 1024;
    const int AdviseHugePages = 14;

    // Where the next stretch without memory begins; far above what a system hands out first, and never followed.
    static long s_next = 1L << 40;

    readonly long _bytes;
    void* _block;
    float* _start;

    /// <summary>Memory for this many floats, all zero.</summary>
    public NativeBuffer(long length)
    {
        Length = length;
        // The system gives large blocks as pages that are zero already, each when it is first touched: nothing is cleared twice.
        var bytes = checked((nuint)Math.Max(length, 1) * sizeof(float));
        var large = bytes >= 2 * LargePage && OperatingSystem.IsLinux();
        var alignment = large ? LargePage : Alignment;
        bytes += alignment;
        _block = NativeMemory.AllocZeroed(bytes);
        _start = (float*)(((nuint)_block + alignment - 1) / alignment * alignment);
        // Advice only: where it is not heeded, everything works as before.
        if (large) _ = Advise(_start, (bytes - alignment) / LargePage * LargePage, AdviseHugePages);
        _bytes = (long)bytes;
        GC.AddMemoryPressure(_bytes);
    }

    NativeBuffer(long length, nuint start)
    {
        Length = length;
        _start = (float*)start;
    }

    /// <summary>Addresses of their own without memory behind them, for plans that are looked at and never run: nobody may follow
    /// them.</summary>
    public static NativeBuffer WithoutMemory(long length)
    {
        var bytes = checked((Math.Max(length, 1) * sizeof(float) / (long)Alignment + 1) * (long)Alignment);
        return new NativeBuffer(length, (nuint)(Interlocked.Add(ref s_next, bytes) - bytes));
    }

    /// <summary>Floats in the buffer.</summary>
    public long Length { get; }

    /// <summary>The address of the float at this offset.</summary>
    public Address At(long offset)
    {
        ObjectDisposedException.ThrowIf(_start == null, this);
        if ((ulong)offset > (ulong)Length) throw new ArgumentOutOfRangeException(nameof(offset));
        return new Address(_start + offset);
    }

    /// <summary>Frees the memory.</summary>
    public void Dispose()
    {
        Free();
        GC.SuppressFinalize(this);
    }

    ~NativeBuffer() => Free();

    [LibraryImport("libc", EntryPoint = "madvise")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int Advise(void* start, nuint length, int advice);

    void Free()
    {
        if (_block == null) return;
        NativeMemory.Free(_block);
        _block = null;
        _start = null;
        GC.RemoveMemoryPressure(_bytes);
    }
}

/// <summary>
/// Where a tensor's numbers begin in a <see cref="NativeBuffer"/>. Code outside the kernels hands addresses on and copies
/// through spans, but never follows them.
/// </summary>
internal readonly unsafe struct Address(float* pointer)
{
    public readonly float* Pointer = pointer;

    /// <summary>No address: an optional operand that is absent.</summary>
    public static Address None => default;

    public bool IsNone => Pointer == null;

    public static Address operator +(Address address, long offset) => new(address.Pointer + offset);

    /// <summary>The same numbers, seen as 32-bit integers (labels, positions).</summary>
    public int* Integers => (int*)Pointer;

    /// <summary>A view for copying in and out.</summary>
    public Span<float> Span(int length) => new(Pointer, length);

    /// <summary>A view for copying integers in and out.</summary>
    public Span<int> IntegerSpan(int length) => new(Pointer, length);
}
