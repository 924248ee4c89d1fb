using System.Runtime.InteropServices;

namespace Residuum.Kernels;

/// <summary>
/// A number known when code is compiled, so that loops and conditions over it vanish. Its type takes as many bytes: the compiler folds
/// <c>sizeof</c> while it reads code, and so never reads what a condition on it leaves out, where a property is called first.
/// </summary>
internal interface ICount
{
    static abstract int Value { get; }
}

/// <summary>Stands for a number that only a run knows.</summary>
internal readonly struct Unknown : ICount { public static int Value => 0; }

[StructLayout(LayoutKind.Sequential, Size = 1)]
internal readonly struct Count1 : ICount { public static int Value => 1; }

[StructLayout(LayoutKind.Sequential, Size = 2)]
internal readonly struct Count2 : ICount { public static int Value => 2; }

[StructLayout(LayoutKind.Sequential, Size = 3)]
internal readonly struct Count3 : ICount { public static int Value => 3; }

[StructLayout(LayoutKind.Sequential, Size = 4)]
internal readonly struct Count4 : ICount { public static int Value => 4; }

[StructLayout(LayoutKind.Sequential, Size = 5)]
internal readonly struct Count5 : ICount { public static int Value => 5; }

[StructLayout(LayoutKind.Sequential, Size = 6)]
internal readonly struct Count6 : ICount { public static int Value => 6; }

[StructLayout(LayoutKind.Sequential, Size = 7)]
internal readonly struct Count7 : ICount { public static int Value => 7; }

[StructLayout(LayoutKind.Sequential, Size = 8)]
internal readonly struct Count8 : ICount { public static int Value => 8; }

[StructLayout(LayoutKind.Sequential, Size = 9)]
internal readonly struct Count9 : ICount { public static int Value => 9; }

[StructLayout(LayoutKind.Sequential, Size = 10)]
internal readonly struct Count10 : ICount { public static int Value => 10; }

[StructLayout(LayoutKind.Sequential, Size = 11)]
internal readonly struct Count11 : ICount { public static int Value => 11; }

[StructLayout(LayoutKind.Sequential, Size = 12)]
internal readonly struct Count12 : ICount { public static int Value => 12; }

[StructLayout(LayoutKind.Sequential, Size = 13)]
internal readonly struct Count13 : ICount { public static int Value => 13; }

[StructLayout(LayoutKind.Sequential, Size = 14)]
internal readonly struct Count14 : ICount { public static int Value => 14; }

[StructLayout(LayoutKind.Sequential, Size = 16)]
internal readonly struct Count16 : ICount { public static int Value => 16; }

[StructLayout(LayoutKind.Sequential, Size = 20)]
internal readonly struct Count20 : ICount { public static int Value => 20; }

[StructLayout(LayoutKind.Sequential, Size = 24)]
internal readonly struct Count24 : ICount { public static int Value => 24; }

[StructLayout(LayoutKind.Sequential, Size = 28)]
internal readonly struct Count28 : ICount { public static int Value => 28; }

[StructLayout(LayoutKind.Sequential, Size = 32)]
internal readonly struct Count32 : ICount { public static int Value => 32; }
