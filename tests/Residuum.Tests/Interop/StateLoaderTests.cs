using Residuum.Foundation;
using Residuum.Interop;
using Residuum.Tensors;
using Residuum.Testing;

namespace Residuum.Tests.Interop;

public class StateLoaderTests
{
    static readonly KeyValuePair<string, Shape>[] Wanted =
    [
        new("stem.conv.weight", new Shape(2, 1, 1, 1)), new("stem.norm.weight", new Shape(2)), new("stem.norm.bias", new Shape(2)),
        new("stem.norm.running_mean", new Shape(2)), new("stem.norm.running_var", new Shape(2)),
        new("head.linear.weight", new Shape(10, 2)), new("head.linear.bias", new Shape(10)),
    ];

    [Theory]
    [InlineData("residuum")]
    [InlineData("torchvision")]
    [InlineData("kuangliu")]
    public void A_state_is_found_under_any_schemes_names_in_the_order_wanted(string scheme)
    {
        var file = Fitting(WeightNames.Scheme(scheme));
        file.Tensors.Add(WeightNames.Scheme(scheme).ToForeign("stem.norm.num_batches_tracked")!, Tensor.Of(new Shape(), [5L]));
        var state = StateLoader.Load(file, Wanted, "FILE");
        Assert.Equal(Wanted.Select(entry => entry.Key), state.Keys);
        Assert.All(Wanted, entry => Assert.Equal(entry.Value, state[entry.Key].Shape));
        Assert.Equal(5, state["head.linear.weight"].Span<float>()[0]);
    }

    [Fact]
    public void Other_element_types_become_single_precision()
    {
        var file = Fitting(WeightNames.Torchvision);
        file.Tensors["fc.bias"] = Tensor.Of(new Shape(10), Enumerable.Repeat(0.1, 10).ToArray());
        file.Tensors["bn1.weight"] = Tensor.Over(ElementType.BFloat16, new Shape(2), [0x80, 0x3f, 0x00, 0xc0]);
        var state = StateLoader.Load(file, Wanted, "FILE");
        Assert.Equal(0.1f, state["head.linear.bias"].Span<float>()[9]);
        Assert.Equal([1f, -2f], state["stem.norm.weight"].Span<float>().ToArray());
    }

    [Fact]
    public void All_that_does_not_fit_is_reported_at_once_with_the_nearest_names()
    {
        var file = Fitting(WeightNames.Torchvision);
        file.Tensors["fc.weight"] = Tensor.Of(new Shape(1000, 2), new float[2000]);
        file.Tensors.Remove("fc.bias");
        file.Tensors.Add("fc.bais", Tensor.Of(new Shape(10), new float[10]));
        file.Tensors.Add("layer1.0.conv1.weight", Tensor.Of(new Shape(1), [1f]));
        file.Tensors.Add("bn1.num_batches_tracked", Tensor.Of(new Shape(), [1L]));
        var error = Assert.Throws<ResiduumException>(() => StateLoader.Load(file, Wanted, "FILE"));
        Assert.Equal("The weights in FILE do not fit the network: "
            + "1 missing: head.linear.bias (\"fc.bias\" in the file's names) (nearest: \"fc.bais\"); "
            + "2 unexpected: \"fc.bais\", \"layer1.0.conv1.weight\"; "
            + "1 of another shape: head.linear.weight (\"fc.weight\" in the file's names) is 1000x2 in the file and 10x2 in the network; "
            + "choose the network that they were made for.", error.Message);
    }

    [Fact]
    public void Long_reports_are_cut_with_their_counts()
    {
        var file = new TensorFile();
        for (var i = 0; i < 12; i++) file.Tensors.Add($"something{i}", Tensor.Of(new Shape(), [1f]));
        var error = Assert.Throws<ResiduumException>(() => StateLoader.Load(file, Wanted, "FILE"));
        Assert.Contains("7 missing: stem.conv.weight", error.Message, StringComparison.Ordinal);
        Assert.Contains(" and 2 more; 12 unexpected: \"something0\"", error.Message, StringComparison.Ordinal);
        Assert.Contains("\"something4\" and 7 more;", error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("something5", error.Message, StringComparison.Ordinal);
    }

    [SkippableTheory]
    [InlineData("resnet20-12fca82f.th", 3)]
    [InlineData("resnet32-d509ac18.th", 5)]
    public void Weights_that_others_trained_fit_the_paper_network(string file, int blocks)
    {
        var path = SharedData.Find("data/weights/" + file);
        Skip.If(path is null, "the shared folder of real weights is absent");
        var wanted = new List<KeyValuePair<string, Shape>> { new("stem.conv.weight", new Shape(16, 3, 3, 3)) };
        Norm("stem.norm", 16);
        var input = 16;
        for (var stage = 1; stage <= 3; stage++)
            for (var block = 1; block <= blocks; block++)
                for (var layer = 1; layer <= 2; layer++)
                {
                    var output = 8 << stage;
                    wanted.Add(new($"stage{stage}.block{block}.conv{layer}.weight", new Shape(output, input, 3, 3)));
                    Norm($"stage{stage}.block{block}.norm{layer}", output);
                    input = output;
                }
        wanted.Add(new("head.linear.weight", new Shape(10, 64)));
        wanted.Add(new("head.linear.bias", new Shape(10)));
        Assert.Equal(wanted.Count, StateLoader.Load(WeightFiles.Read(path), wanted, file).Count);

        void Norm(string name, int channels)
        {
            foreach (var part in (string[])["weight", "bias", "running_mean", "running_var"])
                wanted.Add(new($"{name}.{part}", new Shape(channels)));
        }
    }

    [Theory]
    [InlineData("", "", 0)]
    [InlineData("", "abc", 3)]
    [InlineData("kitten", "sitting", 3)]
    [InlineData("layer1.0.bn1", "layer1.0.bn2", 1)]
    public void The_distance_of_names_is_Levenshteins(string left, string right, int distance)
    {
        Assert.Equal(distance, EditDistance.Between(left, right));
        Assert.Equal(distance, EditDistance.Between(right, left));
    }

    [Fact]
    public void Nothing_is_suggested_where_nothing_is_near() =>
        Assert.Null(EditDistance.Nearest("head.linear.bias", ["x", "entirely different"]));

    static TensorFile Fitting(WeightScheme scheme)
    {
        var file = new TensorFile();
        for (var i = Wanted.Length - 1; i >= 0; i--)
        {
            var elements = new float[Wanted[i].Value.Count];
            Array.Fill(elements, i);
            file.Tensors.Add(scheme.ToForeign(Wanted[i].Key)!, Tensor.Of(Wanted[i].Value, elements));
        }
        return file;
    }
}
