using Residuum.Foundation;
using Residuum.Tensors;

namespace Residuum.Interop;

/// <summary>Makes dense tensors of views: each storage is read once, and gone again before the next is read.</summary>
static class TensorViews
{
    /// <summary>
    /// The tensors of these views, in their order. A view may repeat elements (a stride of 0), so a few bytes can stand for a large tensor:
    /// what they take in all is charged first.
    /// </summary>
    public static TensorFile Materialise(IReadOnlyList<(string Name, TorchTensor View)> views, Func<TorchStorage, byte[]> load,
        Refusal refusal, MemoryBudget budget)
    {
        var shapes = new Shape[views.Count];
        for (var i = 0; i < shapes.Length; i++)
        {
            var (name, view) = views[i];
            var size = view.Storage.ElementType.Size();
            if (view.Count > Array.MaxLength / size || Elements.ToShape(view.Sizes, view.Count * size) is not { } shape)
                throw refusal.Because($"its tensor {Printable.Quote(name)} is larger than 2 GB (or has a dimension above "
                    + $"{int.MaxValue}), which is the most that one tensor may hold");
            budget.Charge(view.Count * size);
            shapes[i] = shape;
        }
        var tensors = new Tensor[views.Count];
        foreach (var group in Enumerable.Range(0, views.Count).GroupBy(index => Root(views[index].View)))
        {
            var storage = load(group.Key);
            var alone = group.Count() == 1;
            foreach (var index in group)
            {
                var view = views[index].View;
                var bytes = alone && IsWhole(view) ? storage : Gather(storage, view);
                tensors[index] = Tensor.Over(view.Storage.ElementType, shapes[index], bytes);
            }
        }
        var file = new TensorFile();
        for (var i = 0; i < tensors.Length; i++) file.Tensors.Add(views[i].Name, tensors[i]);
        return file;
    }

    static TorchStorage Root(TorchTensor view) => view.Storage.Root ?? view.Storage;

    static bool IsWhole(TorchTensor view) =>
        view.Storage.Root is null && view.Offset == 0 && view.Count == view.Storage.Count && InnerRun(view).OuterRank == 0;

    /// <summary>How many innermost elements are contiguous, and how many dimensions are left around them.</summary>
    static (long Run, int OuterRank) InnerRun(TorchTensor view)
    {
        long run = 1;
        var outer = view.Sizes.Length;
        while (outer > 0 && (view.Sizes[outer - 1] == 1 || view.Strides[outer - 1] == run)) run *= view.Sizes[--outer];
        return (run, outer);
    }

    static byte[] Gather(byte[] storage, TorchTensor view)
    {
        var size = view.Storage.ElementType.Size();
        var target = new byte[view.Count * size];
        if (target.Length == 0) return target;
        var (run, outer) = InnerRun(view);
        var runBytes = (int)(run * size);
        var position = view.Storage.RootOffset + view.Offset;
        var indices = new long[outer];
        for (var written = 0; ; written += runBytes)
        {
            storage.AsSpan((int)(position * size), runBytes).CopyTo(target.AsSpan(written));
            var dimension = outer - 1;
            for (; dimension >= 0; dimension--)
            {
                position += view.Strides[dimension];
                if (++indices[dimension] < view.Sizes[dimension]) break;
                position -= view.Strides[dimension] * view.Sizes[dimension];
                indices[dimension] = 0;
            }
            if (dimension < 0) return target;
        }
    }
}
