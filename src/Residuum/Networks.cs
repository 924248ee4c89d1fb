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

    /// <summary>The plain twin of ResNet-34, without shortcuts ([He15] table 1): 21,623,848 parameters.</summary>
    public static ResNetSpec Plain34 => (ResNetSpec)Catalogue.Find("plain34").Spec;

    /// <summary>Pre-activation ResNet-50 ([He16]) as in timm: 25,549,352 parameters.</summary>
    public static ResNetSpec PreActivationResNet50 => (ResNetSpec)Catalogue.Find("resnetv2_50").Spec;

    /// <summary>ResNet-50-D ([BoT] figure 2c) as in timm: 25,576,264 parameters.</summary>
    public static ResNetSpec ResNet50D => (ResNetSpec)Catalogue.Find("resnet50d").Spec;

    /// <summary>Wide ResNet-50-2 as in torchvision, with twice the inner width: 68,883,240 parameters.</summary>
    public static ResNetSpec WideResNet50 => (ResNetSpec)Catalogue.Find("wide_resnet50_2").Spec;

    /// <summary>ResNeXt-50 as in torchvision, with 32 groups of 4: 25,028,904 parameters.</summary>
    public static ResNetSpec ResNext50 => (ResNetSpec)Catalogue.Find("resnext50_32x4d").Spec;

    /// <summary>ResNet-50 with squeeze-and-excitation as in timm: 28,088,024 parameters.</summary>
    public static ResNetSpec SqueezeExcitationResNet50 => (ResNetSpec)Catalogue.Find("seresnet50").Spec;

    /// <summary>VGG-16 with batch normalization as in torchvision: 138,365,992 parameters.</summary>
    public static PlainCnnSpec Vgg16BatchNorm => (PlainCnnSpec)Catalogue.Find("vgg16_bn").Spec;

    /// <summary>The paper's 6n+2 network for CIFAR-10 with 20 layers ([He15] 4.2, shortcut A): 269,722 parameters.</summary>
    public static ResNetSpec CifarResNet20 => (ResNetSpec)Catalogue.Find("cifar_resnet20").Spec;

    /// <summary>The paper's 6n+2 network for CIFAR-10 with 56 layers: 853,018 parameters.</summary>
    public static ResNetSpec CifarResNet56 => (ResNetSpec)Catalogue.Find("cifar_resnet56").Spec;

    /// <summary>The paper's 6n+2 network for CIFAR-10 with 110 layers: 1,727,962 parameters.</summary>
    public static ResNetSpec CifarResNet110 => (ResNetSpec)Catalogue.Find("cifar_resnet110").Spec;

    /// <summary>The pre-activation network for CIFAR-10 with 164 layers of bottlenecks ([He16] table 2): 1,703,258 parameters.</summary>
    public static ResNetSpec CifarPreActivationResNet164 => (ResNetSpec)Catalogue.Find("cifar_preact_resnet164").Spec;

    /// <summary>The small convolutional network for MNIST: 28x28 grey, 208,982 parameters.</summary>
    public static PlainCnnSpec MnistCnn => (PlainCnnSpec)Catalogue.Find("mnist_cnn").Spec;
}
