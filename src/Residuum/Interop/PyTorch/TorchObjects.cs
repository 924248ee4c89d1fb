using Residuum.Foundation;
using Residuum.Tensors;

namespace Residuum.Interop;

/// <summary>
/// Makes storages and tensors of what one checkpoint's pickle says, checking every number before it is believed.
/// This is all that "calling" a global of <see cref="TorchGlobals"/> can do.
/// </summary>
/// <param name="legacy">Whether persistent ids carry a sixth item, as in the form before PyTorch 1.6.</param>
/// <param name="refusal">Names the file.</param>
/// <param name="budget">What reading the file may still allocate.</param>
sealed class TorchObjects(bool legacy, Refusal refusal, MemoryBudget budget)
{
    // PyTorch itself stops at 64 dimensions.
    const int RankLimit = 64;

    readonly OrderedDictionary<string, TorchStorage> _storages = new(StringComparer.Ordinal);

    /// <summary>The storages that the file must hold, in the order they were first named.</summary>
    public IEnumerable<TorchStorage> Roots => _storages.Values.Where(storage => storage.Root is null);

    /// <summary>The storage that a persistent id names.</summary>
    public TorchStorage Load(object? id)
    {
        if (id is PickleTuple { Items: ["module", ..] })
            throw refusal.Because("it holds the source of a pickled module; save model.state_dict() in PyTorch instead");
        object?[] items = id is PickleTuple tuple ? tuple.Items : [];
        if (items.Length != (legacy ? 6 : 5)
            || items is not ["storage", TorchGlobal { Kind: TorchGlobalKind.Storage } type, string key, string, long count, ..])
            throw refusal.Because("one of its persistent ids is not that of a storage");
        if (count < 0 || count > long.MaxValue / type.ElementType.Size())
            throw refusal.Because($"its storage {Printable.Quote(key)} declares {count} elements");
        var root = Remember(new TorchStorage(key, type.ElementType, count));
        return legacy && items[5] is { } view ? View(root, view) : root;
    }

    /// <summary>The result of applying a global of the table to arguments.</summary>
    public object Call(TorchGlobal global, object?[] arguments)
    {
        switch (global.Kind, arguments)
        {
            case (TorchGlobalKind.RebuildTensor, [TorchStorage storage, long offset, PickleTuple sizes, PickleTuple strides]):
                return Rebuild(storage, offset, sizes, strides);
            case (TorchGlobalKind.RebuildTensorV2, [TorchStorage storage, long offset, PickleTuple sizes, PickleTuple strides, bool,
                PickleDict or null, .. { Length: <= 1 }]):
                return Rebuild(storage, offset, sizes, strides);
            case (TorchGlobalKind.RebuildParameter, [TorchTensor tensor, bool, PickleDict or null]):
                return tensor;
            case (TorchGlobalKind.OrderedDict, []):
                budget.Charge(PickleMachine.ContainerCost);
                return new PickleDict(ordered: true);
            case (TorchGlobalKind.OrderedDict, [PickleList pairs]):
                return Pairs(pairs);
            case (TorchGlobalKind.Size, [PickleTuple dimensions]):
                return dimensions;
            case (TorchGlobalKind.Device, [string] or [string, long]):
                return PickleInert.Instance;
            default:
                throw refusal.Because($"{global.Name} stands there with arguments that it does not take");
        }
    }

    TorchStorage Remember(TorchStorage storage)
    {
        if (!_storages.TryGetValue(storage.Key, out var known))
        {
            budget.Charge(PickleMachine.ContainerCost + PickleMachine.MemoCost);
            _storages.Add(storage.Key, known = storage);
        }
        if (known != storage) throw refusal.Because($"it describes its storage {Printable.Quote(storage.Key)} in two ways that disagree");
        return known;
    }

    TorchStorage View(TorchStorage root, object view)
    {
        if (view is not PickleTuple { Items: [string key, long offset, long count] } || offset < 0 || count < 0 || offset > root.Count
            || count > root.Count - offset)
            throw refusal.Because($"a view of its storage {Printable.Quote(root.Key)} does not lie inside it");
        // PyTorch gives a view its own key; a whole storage may be a view of itself.
        return key == root.Key ? root : Remember(new TorchStorage(key, root.ElementType, count, root, offset));
    }

    PickleDict Pairs(PickleList pairs)
    {
        budget.Charge(PickleMachine.ContainerCost + pairs.Items.Count * PickleMachine.PairCost);
        var result = new PickleDict(ordered: true);
        foreach (var pair in pairs.Items)
        {
            var items = pair switch { PickleTuple tuple => tuple.Items, PickleList list => [.. list.Items.Take(3)], _ => [] };
            if (items is not [var key, var value]) throw refusal.Because("an OrderedDict is made of something other than pairs");
            if (!result.Nest(value)) throw refusal.Because(PickleMachine.TooDeep);
            result.Items.Add(new(key, value));
        }
        return result;
    }

    TorchTensor Rebuild(TorchStorage storage, long offset, PickleTuple sizes, PickleTuple strides)
    {
        var what = $"a tensor in its storage {Printable.Quote(storage.Key)}";
        if (sizes.Items.Length != strides.Items.Length || sizes.Items.Length > RankLimit)
            throw refusal.Because($"{what} has {sizes.Items.Length} dimensions and {strides.Items.Length} strides; both must be the "
                + $"same, and at most {RankLimit}");
        budget.Charge(PickleMachine.ContainerCost + 16L * sizes.Items.Length);
        long[] size = Integers(sizes, what), stride = Integers(strides, what);
        if (!Elements.TryCount(size, out var count)) throw refusal.Because($"{what} has a shape whose size overflows");
        if (offset < 0 || offset > storage.Count) throw refusal.Because($"{what} begins at element {offset} of {storage.Count}");
        // Strides of a tensor without elements lead nowhere, so nothing is to be checked about them.
        if (count > 0)
        {
            var last = offset;
            for (var i = 0; i < size.Length; i++)
            {
                var steps = size[i] - 1;
                if (steps > 0 && stride[i] > (storage.Count - last) / steps)
                    throw refusal.Because($"{what} reaches beyond its {storage.Count} elements");
                last += steps * stride[i];
            }
            if (last >= storage.Count) throw refusal.Because($"{what} reaches beyond its {storage.Count} elements");
        }
        return new TorchTensor(storage, offset, size, stride, count);
    }

    long[] Integers(PickleTuple tuple, string what)
    {
        var result = new long[tuple.Items.Length];
        for (var i = 0; i < result.Length; i++)
            result[i] = tuple.Items[i] is long value and >= 0
                ? value
                : throw refusal.Because($"{what} has a size or stride that is not a whole number from 0 on");
        return result;
    }
}
