using Residuum.Kernels;

namespace Residuum.Plans;

/// <summary>Packs the values that are known before a run into a plan's memory, shared out among the threads of the plan's team.</summary>
sealed class ValuePacking : Kernel
{
    readonly List<Job> _jobs = [];
    int _parts;

    public override string Name => "pack_values_f32";

    /// <summary>Adds a value that is to be packed at an address.</summary>
    public void Add(HostValue value, Storage storage, Address address)
    {
        _jobs.Add(new Job(value, storage, address, _parts));
        _parts += storage.Parts;
    }

    public override int Pieces(int phase, int images) => _parts;

    public override void Run(int phase, int piece, int images)
    {
        var (low, high) = (0, _jobs.Count - 1);
        while (low < high)
        {
            var middle = (low + high + 1) / 2;
            if (_jobs[middle].FirstPart <= piece) low = middle;
            else high = middle - 1;
        }
        var job = _jobs[low];
        job.Storage.PackPart(piece - job.FirstPart, job.Value.Numbers.Span<float>(), job.Value.Factors,
            job.Address.Span(checked((int)job.Storage.Length(0))));
    }

    sealed record Job(HostValue Value, Storage Storage, Address Address, int FirstPart);
}
