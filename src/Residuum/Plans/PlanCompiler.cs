using Residuum.Graphs;
using Residuum.Kernels;

namespace Residuum.Plans;

/// <summary>
/// Turns a graph into a plan: decides how every value lies, places all of them in memory, and makes the kernels with their addresses
/// resolved. The graph should have gone through <see cref="Passes.Pipeline"/> before.
/// </summary>
static class PlanCompiler
{
    public static Plan Compile(Graph graph, int images, ThreadTeam team, bool ownsTeam, PlanOptions options) =>
        Compile(graph, images, new PlanScale(images, team.Threads, options), team, ownsTeam);

    static Plan Compile(Graph graph, int images, PlanScale scale, ThreadTeam team, bool ownsTeam)
    {
        try
        {
            return Make(graph, images, scale, team, ownsTeam);
        }
        catch
        {
            // Its threads would wait for ever.
            if (ownsTeam) team.Dispose();
            throw;
        }
    }

    /// <summary>A plan without memory and threads, disposed from the start.</summary>
    public static Plan Draft(Graph graph, int images, int threads, PlanOptions options)
    {
        var plan = Compile(graph, images, new PlanScale(images, threads, options, IsDraft: true), new ThreadTeam(1), ownsTeam: true);
        plan.Dispose();
        return plan;
    }

    static Plan Make(Graph graph, int images, PlanScale scale, ThreadTeam team, bool ownsTeam)
    {
        if (images < 1) throw new ResiduumException($"A batch of {images} images cannot be planned; it takes at least 1.");
        var storage = StorageAssigner.Assign(graph, scale);
        scale = scale with { Images = Strips.Images(graph, storage, images) };
        return Assemble(graph, storage, new PlanMemory(graph, storage, scale), images, scale, team, ownsTeam);
    }

    /// <summary>
    /// A further plan of the same kind that reads the weights of another one, which must outlive it: maps, kernels and threads of its own,
    /// so that both may run at the same time.
    /// </summary>
    public static Plan Sibling(Plan plan, IReadOnlyDictionary<Value, Storage> storage)
    {
        if (plan.Graph.Updates.Length > 0) throw new InvalidOperationException("A plan that updates its state cannot share it.");
        var memory = new PlanMemory(plan.Graph, storage, plan.Scale, plan.Memory);
        var team = new ThreadTeam(plan.Team.Threads);
        try
        {
            return Assemble(plan.Graph, storage, memory, plan.MaximumBatch, plan.Scale, team, ownsTeam: true);
        }
        catch
        {
            team.Dispose();
            memory.Dispose();
            throw;
        }
    }

    static Plan Assemble(
        Graph graph, IReadOnlyDictionary<Value, Storage> storage, PlanMemory memory, int images, PlanScale scale, ThreadTeam team,
            bool ownsTeam)
    {
        var context = new PlanContext(graph, storage, memory.AddressOf, memory.Scratch, scale);
        var steps = new List<Step>();
        foreach (var node in graph.Nodes)
        {
            if (node.Op is Input && memory.Staging(node.Output()) is { } staging && context.IsMap(node.Output())
                && context.Map(node.Output()) is { IsNone: false } map)
                steps.Add(new Step(node.Name, new NchwToLayout(staging, map)));
            foreach (var kernel in KernelTable.Find(node.Op).Make(context, node)) steps.Add(new Step(node.Name, kernel));
        }
        foreach (var output in graph.Outputs)
            if (context.IsMap(output.Value) && memory.Staging(output.Value) is { } staging
                && graph.Nodes[output.Value.Node].Op is not Input)
                steps.Add(new Step($"output {output.Name}", new LayoutToNchw(context.Map(output.Value), staging)));
        return new Plan(graph, storage, memory, [.. steps], images, scale, team, ownsTeam);
    }
}

/// <summary>One kernel of a plan, with the node it works for.</summary>
sealed record Step(string Node, Kernel Kernel);
