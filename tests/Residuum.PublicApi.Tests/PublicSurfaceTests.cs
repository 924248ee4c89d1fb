using System.Reflection;

namespace Residuum.PublicApi.Tests;

/// <summary>
/// What users can see, held against an approved list, so that no change of it goes unnoticed. Run with RESIDUUM_APPROVE=1 to write what is
/// there now, and read the difference before committing it.
/// </summary>
public class PublicSurfaceTests
{
    internal static readonly string[] AssemblyNames = ["Residuum", "Residuum.Inspection", "Residuum.Jpeg", "Residuum.Web"];

    public static TheoryData<string> Assemblies => [.. AssemblyNames];

    [Theory, MemberData(nameof(Assemblies))]
    public void The_public_surface_is_the_approved_one(string assembly)
    {
        var actual = PublicSurface.Of(Assembly.Load(assembly));
        var path = Path.Combine(Repository.Root, "tests", "Residuum.PublicApi.Tests", "Approved", $"{assembly}.txt");
        if (Environment.GetEnvironmentVariable("RESIDUUM_APPROVE") == "1")
        {
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            File.WriteAllText(path, actual);
        }
        Assert.True(File.Exists(path), $"There is no approved list at {path}; run the test with RESIDUUM_APPROVE=1 and read it.");
        Assert.Equal(File.ReadAllText(path).Split('\n'), actual.Split('\n'));
    }

    [Fact]
    public void Kernels_are_nobodys_business() => Assert.Empty(Assembly.Load("Residuum.Kernels").GetExportedTypes());

    [Fact]
    public void A_whole_prediction_needs_no_more_than_what_is_public()
    {
        using var model = Model.Create(Networks.MnistCnn, seed: 1);
        Assert.Equal(10, model.Predict(new Images.RgbImage(28, 28, new byte[3 * 28 * 28]), top: 10).Count);
    }
}
