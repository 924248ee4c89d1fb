namespace Residuum.Kernels;

/// <summary>
/// One piece of work on given addresses, ready to run: created once when a plan is made, run many times.
/// A run goes through <see cref="Phases"/> in order; the pieces of a phase are independent of one another and are shared out among
/// threads, all of them done before the next phase begins. How work is cut into pieces depends on the shapes and the
/// number of images, never on the number of threads, and sums over pieces are taken in a fixed order in a later phase: results do not
/// depend on how many threads there are. Running allocates nothing.
/// </summary>
internal abstract class Kernel
{
    /// <summary>The kernel's name by the grammar of docs/kernels.md, for listings of a plan.</summary>
    public abstract string Name { get; }

    /// <summary>How many phases a run has; one unless said otherwise.</summary>
    public virtual int Phases => 1;

    /// <summary>How many pieces a phase has for this number of images (the current batch, at most the plan's).</summary>
    public abstract int Pieces(int phase, int images);

    /// <summary>Does one piece. Called from any thread of the team, each piece once.</summary>
    public abstract void Run(int phase, int piece, int images);

    /// <summary>
    /// The methods that take long to compile, which happens when they are first run; so that a plan can have them compiled while it
    /// loads weights. Methods of different sizes of tile belong to objects of different types.
    /// </summary>
    public virtual IEnumerable<Delegate> Compiled => [(Action<int, int, int>)Run];
}
