namespace Residuum.Kernels;

/// <summary>Several kernels run as one: the phases of the first, then those of the next.</summary>
internal sealed class KernelSequence : Kernel
{
    readonly (Kernel Kernel, int Phase)[] _phases;

    /// <summary>The kernels in the order in which they run.</summary>
    public KernelSequence(string name, params Kernel[] kernels)
    {
        Name = name;
        _phases = [.. kernels.SelectMany(kernel => Enumerable.Range(0, kernel.Phases).Select(phase => (kernel, phase)))];
    }

    /// <summary>The same, named after what they are together and one by one.</summary>
    public static KernelSequence Of(string name, params Kernel[] kernels) =>
        new($"{name}: {string.Join(", ", kernels.Select(kernel => kernel.Name))}", kernels);

    public override string Name { get; }

    public override int Phases => _phases.Length;

    public override int Pieces(int phase, int images) => _phases[phase].Kernel.Pieces(_phases[phase].Phase, images);

    public override IEnumerable<Delegate> Compiled => _phases.SelectMany(phase => phase.Kernel.Compiled);

    public override void Run(int phase, int piece, int images) => _phases[phase].Kernel.Run(_phases[phase].Phase, piece, images);
}
