using Residuum.Graphs;
using Residuum.Plans;
using Residuum.Tensors;
using Residuum.Testing;
using Residuum.Tests.Plans;
using Residuum.Training;

namespace Residuum.Tests.Training;

/// <summary>Three steps with given gradients against PyTorch's SGD (<c>tests/golden/training_numbers.py</c>).</summary>
public class OptimizerTests
{
    // Two roundings a step at most differ, where one side fuses a multiplication with an addition.
    const double Tolerance = 5e-7;

    static readonly float[] s_rates = [0.1f, 0.05f, 0.02f];
    static readonly GoldenFile s_golden = GoldenFile.Read("Residuum.Tests/Golden/Training/numbers.safetensors");

    static readonly Dictionary<string, Sgd> s_settings = new()
    {
        ["momentum"] = new Sgd { WeightDecay = 1e-2f },
        ["nesterov"] = new Sgd { Momentum = 0.8f, Nesterov = true, WeightDecay = 1e-2f, DecayWeightsOnly = true },
        ["plain"] = new Sgd { Momentum = 0, WeightDecay = 0 },
        ["decay"] = new Sgd { Momentum = 0, WeightDecay = 0.1f, DecayWeightsOnly = true },
    };

    static Graph Network()
    {
        var builder = new GraphBuilder();
        var x = builder.Input("image", TensorType.Float(Shape.Batch, 2, 4, 4));
        x = builder.Add("conv", new Conv2d(Window.Square(3, 1, 1)), x,
            builder.Parameter("conv.weight", new Shape(3, 2, 3, 3), ParameterRole.ConvWeight),
            builder.Parameter("conv.bias", new Shape(3), ParameterRole.ConvBias));
        x = builder.Add("norm", new BatchNorm(1e-5f, 0.1f), x, builder.Parameter("norm.weight", new Shape(3), ParameterRole.NormScale),
            builder.Parameter("norm.bias", new Shape(3), ParameterRole.NormShift), builder.State("norm.mean", new Shape(3), 0),
                builder.State("norm.variance", new Shape(3), 1));
        x = builder.Add("pool", new GlobalAveragePool(), x);
        x = builder.Add("linear", new Linear(), x, builder.Parameter("linear.weight", new Shape(5, 3), ParameterRole.LinearWeight),
            builder.Parameter("linear.bias", new Shape(5), ParameterRole.LinearBias));
        return builder.Output("logits", x).Build();
    }

    static Tensor Golden(Graph graph, string parameter, string name) =>
        Tensor.Of(graph.Find(parameter)!.Outputs[0].Shape, Array.ConvertAll(s_golden[name], x => (float)x));

    static Dictionary<string, Tensor> Start(Graph graph) => graph.Nodes.Where(node => node.Op is Parameter or State).ToDictionary(
        node => node.Name, node => node.Op is State ? new Tensor(ElementType.Float32, node.Outputs[0].Shape)
            : Golden(graph, node.Name, $"start/{node.Name}"));

    // Puts gradients where a run would leave them.
    static void Put(Plan plan, Graph graph, int step)
    {
        foreach (var range in plan.Memory.Ranges)
            plan.Pack(range.Node.Output(), Golden(graph, range.Node.Name, $"{step}/gradient/{range.Node.Name}"),
                plan.Memory.Gradients + range.Offset);
    }

    [Theory]
    [InlineData("momentum")]
    [InlineData("nesterov")]
    [InlineData("plain")]
    [InlineData("decay")]
    public void Steps_are_PyTorchs(string name)
    {
        var graph = TrainingGraph.Create(Network());
        using var plan = Plan.ForGradients(graph, 2, threads: 2);
        using var optimizer = new Optimizer(plan, s_settings[name]);
        plan.Load(Start(graph));
        for (var step = 0; step < s_rates.Length; step++)
        {
            Put(plan, graph, step);
            optimizer.Step(s_rates[step]);
            var saved = plan.Save();
            foreach (var parameter in graph.Parameters)
            {
                var expected = s_golden[$"{name}/{step}/{parameter.Name}"];
                var actual = Array.ConvertAll(saved[parameter.Name].Span<float>().ToArray(), x => (double)x);
                Assert.True(Closeness.LargestDifference(actual, expected) <= Tolerance, $"{parameter.Name} is off after step {step}.");
            }
        }
    }

    [Fact]
    public void A_saved_momentum_goes_on_to_the_same_bits()
    {
        var graph = TrainingGraph.Create(Network());
        string Run(bool interrupted)
        {
            using var plan = Plan.ForGradients(graph, 2, threads: 1);
            using var first = new Optimizer(plan, s_settings["momentum"]);
            using var second = new Optimizer(plan, s_settings["momentum"]);
            plan.Load(Start(graph));
            Put(plan, graph, 0);
            first.Step(0.1f);
            var saved = new OrderedDictionary<string, Tensor>();
            first.Save(saved);
            second.Load(saved);
            Put(plan, graph, 1);
            (interrupted ? second : first).Step(0.1f);
            return PlanRun.Bits(plan.Save().SelectMany(pair => pair.Value.Span<float>().ToArray()).Select(x => (double)x));
        }
        Assert.Equal(Run(false), Run(true));
    }

    [Fact]
    public void A_parameter_without_a_gradient_is_frozen()
    {
        var network = Network();
        var builder = new GraphBuilder(network);
        var labels = builder.Input("labels", new TensorType(ElementType.Int32, new Shape(Shape.Batch)));
        var loss = builder.Add("loss", new SoftmaxCrossEntropy(), network.Output("logits"), labels);
        var graph = Residuum.Gradients.Backward.Append(builder.Build(), loss, [network.Find("linear.weight")!.Output()]);
        using var plan = Plan.ForGradients(graph, 2, threads: 1);
        using var optimizer = new Optimizer(plan, new Sgd { WeightDecay = 0.5f });
        var start = Start(graph);
        plan.Load(start);
        optimizer.Step(0.1f);
        var saved = plan.Save();
        foreach (var (name, tensor) in start)
            Assert.Equal(name != "linear.weight", tensor.Bytes.SequenceEqual(saved[name].Bytes));
        var momenta = new OrderedDictionary<string, Tensor>();
        optimizer.Save(momenta);
        Assert.Equal(["momentum:linear.weight"], momenta.Keys);
    }

    [Fact]
    public void A_momentum_that_is_missing_or_of_another_shape_is_refused()
    {
        var graph = TrainingGraph.Create(Network());
        using var plan = Plan.ForGradients(graph, 2, threads: 1);
        using var optimizer = new Optimizer(plan, new Sgd());
        const string Sentence = "The checkpoint lacks the momentum of 'conv.weight'; it belongs to another network or was damaged.";
        Assert.Equal(Sentence, Assert.Throws<ResiduumException>(() => optimizer.Load(new Dictionary<string, Tensor>())).Message);
        Assert.Equal(Sentence, Assert.Throws<ResiduumException>(() => optimizer.Load(
            new Dictionary<string, Tensor> { ["momentum:conv.weight"] = new(ElementType.Float32, new Shape(3)) })).Message);
    }
}
