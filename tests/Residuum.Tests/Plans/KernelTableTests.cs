using Residuum.Graphs;
using Residuum.Plans;

namespace Residuum.Tests.Plans;

public class KernelTableTests
{
    public static TheoryData<Type> Operations =>
        [.. typeof(Op).Assembly.GetTypes().Where(type => type.IsSubclassOf(typeof(Op)) && !type.IsAbstract)];

    [Theory, MemberData(nameof(Operations))]
    public void Every_operation_has_either_kernels_or_a_value_that_is_known_before_a_run(Type operation) =>
        Assert.True(KernelTable.Has(operation) != KernelTable.HostOps.Contains(operation),
            $"{operation.Name} must be in one of the two tables.");

    [Fact]
    public void An_operation_without_kernels_is_refused_by_name()
    {
        var builder = new GraphBuilder();
        var x = builder.Input("image", TensorType.Float(Residuum.Tensors.Shape.Batch, 3, 4, 4));
        var graph = builder.Output("y", builder.Add("y", new Unheard(), x)).Build();
        var error = Assert.Throws<ResiduumException>(() => Plan.ForInference(graph, 1, 1));
        Assert.Equal("No kernel computes the operation Unheard yet.", error.Message);
    }

    sealed record Unheard : Op
    {
        public override System.Collections.Immutable.ImmutableArray<TensorType> Infer(ReadOnlySpan<TensorType> inputs) => [inputs[0]];
    }
}
