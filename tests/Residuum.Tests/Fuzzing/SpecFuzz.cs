using System.Text;
using System.Text.Json;
using Residuum.Models;

namespace Residuum.Tests.Fuzzing;

/// <summary>Descriptions of networks in JSON; what is read is built too.</summary>
static class SpecFuzz
{
    public static FuzzFormat Format { get; } = new(
        "description", [.. new[] { "resnet18", "resnet50", "cifar_resnet8_b", "cifar_preact_bottleneck29", "mnist_cnn" }
            .Select(name => Encoding.UTF8.GetBytes(Catalogue.Find(name).Spec.ToJson(indented: false)))],
        Mutate, IsJson, bytes => NetworkSpec.FromJson(Encoding.UTF8.GetString(bytes)).Build(),
        // A few letters may ask for 4,096 blocks; so many nodes they may become, and no more.
        length => (256 << 20) + 64 * length);

    static byte[] Mutate(byte[] seed, Random random) =>
        random.Next(8) == 0 ? Damage.Bytes(seed, random) : JsonDamage.Text(seed, random);

    static bool IsJson(byte[] bytes)
    {
        try
        {
            using var document = JsonDocument.Parse(bytes);
            return document.RootElement.ValueKind == JsonValueKind.Object;
        }
        catch (JsonException) { return false; }
    }
}
