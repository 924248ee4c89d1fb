using Residuum.Gradients;
using Residuum.Graphs;
using Residuum.Testing;

namespace Residuum.Tests.Gradients;

public class GradientTableTests
{
    public static TheoryData<Type> Operations =>
        [.. typeof(Op).Assembly.GetTypes().Where(type => type.IsSubclassOf(typeof(Op)) && !type.IsAbstract)];

    [Theory, MemberData(nameof(Operations))]
    public void Every_operation_has_either_a_gradient_or_a_written_exemption(Type operation)
    {
        var exempt = GradientTable.Exemptions.TryGetValue(operation, out var reason);
        Assert.True(GradientTable.Entries.ContainsKey(operation) != exempt, $"{operation.Name} must be in one of the two tables.");
        if (exempt) Assert.False(string.IsNullOrWhiteSpace(reason));
    }

    [Theory, MemberData(nameof(Operations))]
    public void Every_operation_has_a_double_precision_reference(Type operation) => Assert.True(ReferenceRunner.Knows(operation));
}
