using System.Runtime.InteropServices;
using System.Text.Json;
using Residuum.Foundation;

namespace Residuum.Models;

/// <summary>
/// Reads the JSON of a residual network without a serializer (<see cref="JsonMembers"/> says why); anything but a text without
/// mistakes is left to the serializer.
/// </summary>
static class QuickSpec
{
    static readonly JsonDocumentOptions s_options =
        new() { AllowTrailingCommas = true, CommentHandling = JsonCommentHandling.Skip, MaxDepth = 16 };

    /// <summary>The description, or null where the serializer should be asked.</summary>
    public static NetworkSpec? Read(string json) => JsonMembers.Read(json, s_options, static element => Network(new JsonMembers(element)));

    static ResNetSpec? Network(JsonMembers members)
    {
        if (members.Text("kind") != "resnet") return null;
        var name = members.Text("name");
        var input = members.Object("input");
        var size = new ImageSize(input.Whole("channels"), input.Whole("height"), input.Whole("width"));
        var stem = Stem(members.Object("stem"));
        var stages = members.List("stages", static item => Stage(new JsonMembers(item)));
        var block = Block(members.Object("block"));
        int? classes = members.IsNull("classes") ? null : members.Whole("classes");
        var shortcut = (ShortcutKind)members.Word("shortcut", "projection", "projectionEverywhere", "zeroPadSplit", "zeroPadAppend",
            "none");
        var (epsilon, momentum) = (members.Number("epsilon", 1e-5f), members.Number("momentum", 0.1f));
        if (!members.Complete || !input.Complete || stem is null || block is null) return null;
        return new ResNetSpec(
            name, size, stem, ImmutableCollectionsMarshal.AsImmutableArray(stages), block, classes, shortcut, epsilon, momentum);
    }

    static StemSpec? Stem(JsonMembers members)
    {
        var convolutions = members.List("convolutions", static item => Convolution(new JsonMembers(item)));
        var maxPool = members.Truth("maxPool", false);
        return members.Complete ? new StemSpec(ImmutableCollectionsMarshal.AsImmutableArray(convolutions), maxPool) : null;
    }

    static ConvolutionSpec? Convolution(JsonMembers members)
    {
        var convolution = new ConvolutionSpec(
            members.Whole("width"), members.Whole("kernel", 3), members.Whole("stride", 1), members.Truth("bias", false));
        return members.Complete ? convolution : null;
    }

    static StageSpec? Stage(JsonMembers members)
    {
        var stage = new StageSpec(members.Whole("blocks"), members.Whole("width"), members.Whole("stride", 1));
        return members.Complete ? stage : null;
    }

    static BlockSpec? Block(JsonMembers members)
    {
        var kind = members.Text("kind");
        var activation = members.Has("preActivation") ? members.Object("preActivation") : null;
        var preActivation = activation is null ? null : new PreActivationSpec(
            (FirstActivation)activation.Word("first", "stem", "block"), (ProjectionInput)activation.Word("projection", "activated", "raw"),
            activation.Truth("final", true));
        BlockSpec? block = kind switch
        {
            "basic" => new BasicBlockSpec(preActivation),
            "bottleneck" => new BottleneckBlockSpec(
                members.Whole("reduction", 4), (StridePlacement)members.Word("stride", "conv3x3", "first1x1"), preActivation),
            _ => null,
        };
        return members.Complete && activation is not { Complete: false } ? block : null;
    }
}
