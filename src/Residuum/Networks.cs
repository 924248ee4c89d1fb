using Residuum.Models;

namespace Residuum;

/// <summary>
/// The networks that are asked for most, by name; all of them are in <see cref="Catalogue"/>. Descriptions are immutable records: change
/// one with <c>with</c>, build it with <see cref="NetworkSpec.Build"/>, or make a model of it with <see cref="Model.Create"/>.
/// </summary>
public static class Networks
{
    /// <summary>ResNet-18 as in torchvision ([He15] table 1): 224x224, 1000 classes, 11,689,512 parameters.</summary>
    public static ResNetSpec ResNet18 => (ResNetSpec)Catalogue.Find("resnet18").Spec;

    /// <summary>ResNet-34 as in torchvision ([He15] table 1): 21,797,672 parameters.</summary>
    public static ResNetSpec ResNet34 => (ResNetSpec)Catalogue.Find("resnet34").Spec;

    /// <summary>ResNet-50 as in torchvision, the stride on the 3x3 convolution (v1.5): 25,557,032 parameters.</summary>
    public static ResNetSpec ResNet50 => (ResNetSpec)Catalogue.Find("resnet50").Spec;

    /// <summary>ResNet-101 as in torchvision: 44,549,160 parameters.</summary>
    public static ResNetSpec ResNet101 => (ResNetSpec)Catalogue.Find("resnet101").Spec;

    /// <summary>ResNet-152 as in torchvision: 60,192,808 parameters.</summary>
    public static ResNetSpec ResNet152 => (ResNetSpec)Catalogue.Find("resnet152").Spec;

    /// <summary>The paper's 6n+2 network for CIFAR-10 with 20 layers ([He15] 4.2, shortcut A): 269,722 parameters.</summary>
    public static ResNetSpec CifarResNet20 => (ResNetSpec)Catalogue.Find("cifar_resnet20").Spec;

    /// <summary>The paper's 6n+2 network for CIFAR-10 with 56 layers: 853,018 parameters.</summary>
    public static ResNetSpec CifarResNet56 => (ResNetSpec)Catalogue.Find("cifar_resnet56").Spec;

    /// <summary>The small convolutional network for MNIST: 28x28 grey, 208,982 parameters.</summary>
    public static NetworkSpec MnistCnn => Catalogue.Find("mnist_cnn").Spec;
}
