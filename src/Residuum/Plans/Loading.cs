using System.Runtime.CompilerServices;
using Residuum.Kernels;

namespace Residuum.Plans;

/// <summary>
/// What is done before a plan's first run, shared out among the threads of its team: the values that are known before a run are packed
/// into its memory, and the methods of its kernels compiled, which takes longer.
/// </summary>
sealed class Loading : Kernel
{
    readonly List<Delegate> _methods = [];
    readonly List<Packing> _packings = [];
    int _parts;

    public override string Name => "load";

    /// <summary>Adds the methods of kernels, each once.</summary>
    public void Compile(IEnumerable<Kernel> kernels)
    {
        // An object's type has one method of a kind of delegate; a static method's delegate is its own.
        var known = new HashSet<Type>();
        foreach (var kernel in kernels)
            foreach (var method in kernel.Compiled)
            {
                var isNew = method.Target is not null && known.Add(method.Target.GetType());
                if (known.Add(method.GetType()) || isNew) _methods.Add(method);
            }
    }

    /// <summary>Adds a value that is to be packed at an address.</summary>
    public void Pack(HostValue value, Storage storage, Address address)
    {
        _packings.Add(new Packing(value, storage, address, _parts));
        _parts += storage.Parts;
    }

    public override int Pieces(int phase, int images) => _methods.Count + _parts;

    public override void Run(int phase, int piece, int images)
    {
        if (piece < _methods.Count) RuntimeHelpers.PrepareDelegate(_methods[piece]);
        else PackPart(piece - _methods.Count);
    }

    void PackPart(int part)
    {
        var (low, high) = (0, _packings.Count - 1);
        while (low < high)
        {
            var middle = (low + high + 1) / 2;
            if (_packings[middle].FirstPart <= part) low = middle;
            else high = middle - 1;
        }
        var packing = _packings[low];
        packing.Storage.PackPart(part - packing.FirstPart, packing.Value.Numbers.Span<float>(), packing.Value.Factors,
            packing.Address.Span(checked((int)packing.Storage.Length(0))));
    }

    sealed record Packing(HostValue Value, Storage Storage, Address Address, int FirstPart);
}
