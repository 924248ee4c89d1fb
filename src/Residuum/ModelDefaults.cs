using System.Collections.Immutable;
using Residuum.Data;
using Residuum.Images;
using Residuum.Interop;
using Residuum.Models;

namespace Residuum;

/// <summary>What is assumed of a network that comes without more: preparation of images, labels, names of weights.</summary>
static class ModelDefaults
{
    // From this size on images are resized past the network's size and cropped, as in torchvision's evaluation of ImageNet networks.
    const int LeastCropped = 64;

    // Dialects whose weights were trained on other numbers than torchvision's, by the end of the network's name.
    static readonly (string NameEnd, string Normalization)[] s_dialects = [("v2.keras", "tf"), (".keras", "caffe"), (".caffe", "caffe")];

    static readonly string[] TorchvisionNames =
    [
        "resnet18", "resnet34", "resnet50", "resnet101", "resnet152", "resnext50_32x4d", "resnext101_32x8d", "resnext101_64x4d",
        "wide_resnet50_2", "wide_resnet101_2", "mobilenet_v2", "vgg11", "vgg13", "vgg16", "vgg19", "vgg11_bn", "vgg13_bn", "vgg16_bn",
            "vgg19_bn",
    ];

    /// <summary>Resize and crop as the network's size suggests, with the normalization of the data it is usually trained on.</summary>
    public static Preprocessing PreprocessingFor(NetworkSpec network, Normalization? normalization = null)
    {
        var (channels, height, width) = (network.Input.Channels, network.Input.Height, network.Input.Width);
        normalization ??= channels is not (1 or 3) ? Normalization.None : channels == 1 ? Normalization.Parse("mnist")
            : Math.Min(height, width) >= LeastCropped ? ImageNetFor(network) : Normalization.Parse("cifar10");
        if (normalization.Mean.Length != 1 && normalization.Mean.Length != channels)
            throw new ResiduumException($"The normalization has figures for {normalization.Mean.Length} channels, but the network's "
                + $"images have {channels}; choose another.");
        // What is neither grey nor colour is no picture that a file could hold; one figure keeps its preparation well-formed.
        if (channels is not (1 or 3)) channels = 1;
        var mean = Enumerable.Range(0, channels).Select(channel => normalization.Mean[normalization.Mean.Length == 1 ? 0 : channel])
            .ToImmutableArray();
        var deviation = Enumerable.Range(0, channels)
            .Select(channel => normalization.Deviation[normalization.Deviation.Length == 1 ? 0 : channel]).ToImmutableArray();
        return height == width && height >= LeastCropped
            ? new Preprocessing
            {
                ResizeTo = height * 256 / 224,
                CropTo = height,
                Mean = mean,
                Deviation = deviation,
                ReversedChannels = normalization.ReversedChannels
            }
            : new Preprocessing
            {
                Height = height,
                Width = width,
                Mean = mean,
                Deviation = deviation,
                ReversedChannels = normalization.ReversedChannels
            };
    }

    static Normalization ImageNetFor(NetworkSpec network)
    {
        foreach (var (end, name) in s_dialects)
            if (network.Name.EndsWith(end, StringComparison.Ordinal)) return Normalization.Parse(name);
        return Normalization.Parse("imagenet");
    }

    /// <summary>The names of the classes of the data that the network is usually trained on, where known; else numbered classes.</summary>
    public static IReadOnlyList<string> LabelsFor(NetworkSpec network, int classes)
    {
        if (classes == 10 && network.Input.Channels == 1) return [.. Enumerable.Range(0, 10).Select(digit => digit.ToString())];
        if (classes == 10 && (network.Name.StartsWith("cifar_", StringComparison.Ordinal)
            || network.Name.EndsWith(".kuangliu", StringComparison.Ordinal)))
            return Cifar10.DefaultClasses;
        return Numbered(classes);
    }

    /// <summary>The names under which the network's weights are saved: torchvision's where it is one of torchvision's, else ours.</summary>
    public static WeightScheme NamesFor(NetworkSpec network)
    {
        if (TorchvisionsName(network) is not { } name) return WeightNames.Ours;
        return WeightNames.Schemes.FirstOrDefault(scheme => scheme.Name == name) ?? WeightNames.Torchvision;
    }

    /// <summary>Labels for classes without names.</summary>
    public static IReadOnlyList<string> Numbered(int classes) => [.. Enumerable.Range(0, classes).Select(index => $"class {index}")];

    /// <summary>What torchvision calls the network, which may differ in the number of classes and the size of images; null if it is none of
    /// its.</summary>
    public static string? TorchvisionsName(NetworkSpec network)
    {
        if (network switch { ResNetSpec resNet => resNet.Classes, PlainCnnSpec plain => plain.Classes, _ => null } is not { } classes)
            return null;
        return TorchvisionNames.FirstOrDefault(name =>
            (Catalogue.Find(name).Spec.WithClasses(classes) with { Name = network.Name, Input = network.Input }) == network);
    }
}
