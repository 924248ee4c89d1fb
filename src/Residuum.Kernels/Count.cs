namespace Residuum.Kernels;

/// <summary>A number known when code is compiled, so that loops and conditions over it vanish.</summary>
internal interface ICount
{
    static abstract int Value { get; }
}

/// <summary>Stands for a number that only a run knows.</summary>
internal readonly struct Unknown : ICount { public static int Value => 0; }

internal readonly struct Count1 : ICount { public static int Value => 1; }

internal readonly struct Count2 : ICount { public static int Value => 2; }

internal readonly struct Count3 : ICount { public static int Value => 3; }

internal readonly struct Count4 : ICount { public static int Value => 4; }

internal readonly struct Count5 : ICount { public static int Value => 5; }

internal readonly struct Count6 : ICount { public static int Value => 6; }

internal readonly struct Count7 : ICount { public static int Value => 7; }

internal readonly struct Count8 : ICount { public static int Value => 8; }

internal readonly struct Count9 : ICount { public static int Value => 9; }

internal readonly struct Count10 : ICount { public static int Value => 10; }

internal readonly struct Count11 : ICount { public static int Value => 11; }

internal readonly struct Count12 : ICount { public static int Value => 12; }

internal readonly struct Count13 : ICount { public static int Value => 13; }

internal readonly struct Count14 : ICount { public static int Value => 14; }

internal readonly struct Count16 : ICount { public static int Value => 16; }

internal readonly struct Count20 : ICount { public static int Value => 20; }

internal readonly struct Count24 : ICount { public static int Value => 24; }

internal readonly struct Count28 : ICount { public static int Value => 28; }

internal readonly struct Count32 : ICount { public static int Value => 32; }
