using Residuum.Tensors;

namespace Residuum.Interop;

// What a pickle can become here. Beside these classes a value is null (None), bool, long, BigInteger, double, string or byte[].

/// <summary>A value that holds others; its depth is how many containers deep it reaches, itself included.</summary>
abstract class PickleContainer
{
    public int Depth { get; private set; } = 1;

    /// <summary>Notes that <paramref name="value"/> is put into this container; false where that makes it too deep.</summary>
    public bool Nest(object? value)
    {
        if (value is PickleContainer container) Depth = Math.Max(Depth, container.Depth + 1);
        return Depth <= PickleMachine.DepthLimit;
    }
}

/// <summary>A tuple (also what torch.Size becomes).</summary>
sealed class PickleTuple(object?[] items) : PickleContainer
{
    public object?[] Items { get; } = items;
}

/// <summary>A list or a set.</summary>
sealed class PickleList : PickleContainer
{
    public List<object?> Items { get; } = [];
}

/// <summary>A dict or an OrderedDict: its pairs in the order they were set, a key that was set twice twice.</summary>
sealed class PickleDict(bool ordered) : PickleContainer
{
    /// <summary>Whether it is an OrderedDict, which may carry attributes.</summary>
    public bool Ordered { get; } = ordered;

    public List<KeyValuePair<object?, object?>> Items { get; } = [];

    /// <summary>The value last set for a key that is a string, or null.</summary>
    public object? Find(string key) => Items.FindLast(item => item.Key is string text && text == key).Value;
}

/// <summary>A device or an element type: known, and of no use to us.</summary>
sealed class PickleInert
{
    public static PickleInert Instance { get; } = new();
}

/// <summary>The memory that tensors are views of. In the legacy form a storage may itself be a part of another.</summary>
/// <param name="Key">Its name in the file.</param>
/// <param name="ElementType">What an element is.</param>
/// <param name="Count">The number of elements.</param>
/// <param name="Root">The storage that it is a part of, or null where it stands for itself.</param>
/// <param name="RootOffset">Where in the root it begins, in elements.</param>
sealed record TorchStorage(string Key, ElementType ElementType, long Count, TorchStorage? Root = null, long RootOffset = 0);

/// <summary>A view of a storage; offset and strides count elements, and every element is known to lie inside the storage.</summary>
sealed record TorchTensor(TorchStorage Storage, long Offset, long[] Sizes, long[] Strides, long Count);
