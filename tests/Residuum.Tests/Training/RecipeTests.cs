using System.Text.Json;
using Residuum.Training;

namespace Residuum.Tests.Training;

public class RecipeTests
{
    [Fact]
    public void Every_named_recipe_makes_sense_and_is_found_by_its_name()
    {
        foreach (var recipe in Recipe.All)
        {
            recipe.Check();
            Assert.Same(recipe, Recipe.Find(recipe.Name));
        }
        Assert.Equal(Recipe.All.Count, Recipe.All.Select(recipe => recipe.Name).Distinct().Count());
    }

    [Fact]
    public void A_run_whose_settings_do_not_name_Winograds_filtering_goes_on_without_it()
    {
        var settings = """{"network":"n","data":"shapes","recipe":{"name":"a"},"normalization":null,"seed":1}""";
        Assert.False(JsonSerializer.Deserialize(settings, RootJson.Default.RunSettings)!.Recipe.Winograd);
    }

    [Fact]
    public void An_unknown_name_is_answered_with_the_known_ones() => Assert.Equal(
        "There is no recipe 'fast'; there are shapes, cifar-onecycle, cifar-he15, mnist.",
            Assert.Throws<ResiduumException>(() => Recipe.Find("fast")).Message);

    public static TheoryData<Recipe, string> Wrong => new()
    {
        { Recipe.Mnist with { Epochs = 0 }, "The number of epochs 0 must be at least 1." },
        { Recipe.Mnist with { Batch = 0 }, "The batch of 0 images must be from 1 to 65536." },
        { Recipe.Mnist with { LearningRate = float.NaN }, "The learning rate NaN must be above 0." },
        { Recipe.Mnist with { LearningRate = -1 }, "The learning rate -1 must be above 0." },
        { Recipe.Mnist with { PadAndCrop = 65 }, "The border of 65 pixels must be from 0 to 64." },
        { Recipe.Mnist with { LabelSmoothing = 1 }, "The label smoothing 1 must be at least 0 and below 1." },
        { Recipe.Mnist with { Optimizer = new Sgd { Momentum = 1 } }, "The momentum 1 must be at least 0 and below 1." },
        { Recipe.Mnist with { Optimizer = new Sgd { WeightDecay = float.PositiveInfinity } },
            "The weight decay Infinity must be 0 or more." },
        { Recipe.Mnist with { Optimizer = new Sgd { Momentum = 0, Nesterov = true } },
            "Nesterov needs a momentum above 0; set one or switch it off." },
    };

    [Theory, MemberData(nameof(Wrong))]
    public void A_setting_that_makes_no_sense_is_named(Recipe recipe, string sentence) =>
        Assert.Equal(sentence, Assert.Throws<ResiduumException>(recipe.Check).Message);
}
