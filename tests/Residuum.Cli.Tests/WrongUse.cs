using System.Buffers.Binary;
using System.Text;

namespace Residuum.Cli.Tests;

/// <summary>A wrong use or a broken file: what to call it, how it must end, what the sentence must say, and the arguments.</summary>
sealed record WrongUse(string Name, int Status, string Says, Func<Workshop, string[]> Arguments)
{
    const int Failed = 1;
    const int Usage = 2;

    public static IReadOnlyList<WrongUse> All { get; } =
    [
        // Words that do not exist.
        new("no verb", Usage, "verb is missing", _ => []),
        new("unknown verb", Usage, "did you mean train", _ => ["trian"]),
        new("unknown option", Usage, "did you mean --epochs", _ => ["train", "--epoch", "3"]),
        new("an argument too many", Usage, "one too many", _ => ["bench", "resnet18", "resnet34"]),
        new("several networks in one summary", Usage, "Only --paper takes several", _ => ["summary", "resnet18", "resnet34"]),
        new("a batch where nothing is estimated", Usage, "--batch belongs to --estimate", _ => ["summary", "resnet18", "--batch", "4"]),
        new("a paper's table with an estimate", Usage, "--paper and --estimate exclude",
            _ => ["summary", "--paper", "--estimate", "resnet18"]),
        new("a paper's table of a stage", Usage, "--paper and --stage exclude",
            _ => ["summary", "--paper", "resnet18", "--stage", "graph"]),
        new("filters of no convolution", Failed, "has no convolution",
            shop => ["inspect", "filters", shop.ModelFile(), "--layer", "stage9", "-o", shop["x.png"]]),
        new("a channel that a filter does not read", Failed, "there is no channel 99",
            shop => ["inspect", "filters", shop.ModelFile(), "--channels", "99", "-o", shop["x.png"]]),
        new("channels that are no numbers", Usage, "--channels", shop => ["inspect", "filters", shop.ModelFile(), "--channels", "red"]),
        new("a list of layers that names none", Usage, "holds nothing but ','",
            shop => ["inspect", "activations", shop.ModelFile(), shop.Picture(), "--layer", ","]),
        new("pictures and data at once", Usage, "exclude one another",
            shop => ["inspect", "statistics", shop.ModelFile(), shop.Picture(), "--data", "shapes", "-o", shop["x.svg"]]),
        new("so many images of no data", Usage, "belongs to --data", shop => ["inspect", "statistics", shop.ModelFile(), "--images", "3"]),
        new("threads where nothing runs", Usage, "--threads belongs to images",
            shop => ["inspect", "statistics", shop.ModelFile(), "--threads", "2"]),
        new("threads for filters", Usage, "--threads", shop => ["inspect", "filters", shop.ModelFile(), "--threads", "2"]),
        new("layers without images", Usage, "belongs to images", shop => ["inspect", "statistics", shop.ModelFile(), "--layer", "stage1"]),
        new("data of another size", Failed, "takes images of",
            shop => ["inspect", "statistics", "mnist_cnn", "--data", "shapes", "-o", shop["x.svg"]]),
        new("an estimate of a stage", Usage, "--estimate and --stage exclude",
            _ => ["summary", "--estimate", "resnet18", "--stage", "graph"]),
        new("a required option missing", Usage, "--data", shop => ["evaluate", shop.ModelFile()]),
        new("a required argument missing", Usage, "see residuum predict --help", shop => ["predict", shop.ModelFile()]),
        new("an option without its value", Usage, "--data", shop => ["evaluate", shop.ModelFile(), "--data"]),
        new("unknown network", Failed, "cifar_resnet20", _ => ["summary", "cifar_resnt20"]),
        new("a depth that does not exist", Failed, "6n+2", _ => ["bench", "cifar_resnet21"]),
        new("unknown data set", Failed, "choose shapes, cifar10:DIR", shop => ["evaluate", shop.ModelFile(), "--data", "cifar"]),
        new("unknown normalization", Failed, "imagenet", shop => ["predict", shop.ModelFile(), shop.Picture(), "--normalize", "imagnet"]),
        new("unknown recipe", Failed, "cifar-onecycle", _ => ["train", "--recipe", "fast"]),
        new("maps computed again without gradients", Usage, "--train", _ => ["bench", "resnet18", "--checkpoint-activations"]),
        new("an algorithm where nothing is planned", Usage, "--stage plan",
            _ => ["summary", "resnet18", "--stage", "graph", "--no-winograd"]),
        new("unknown schedule", Usage, "onecycle", _ => ["train", "--schedule", "zigzag"]),
        new("a pattern that matches nothing", Failed, "'densenet*'", _ => ["models", "densenet*"]),
        new("namesakes of nothing", Failed, "--dialects needs the name of a network", _ => ["models", "--dialects"]),
        new("a network without namesakes", Failed, "'mnist_cnn' has no namesakes", _ => ["models", "mnist_cnn", "--dialects"]),
        new("a picture of no format", Usage, "ends in .svg, .mmd or .dot", shop => ["diagram", "resnet18", "-o", shop["picture.png"]]),
        new("a picture without its file", Usage, "--output", _ => ["diagram", "resnet18"]),
        new("a kind of picture that does not exist", Usage, "volumes, blocks, block, columns",
            shop => ["diagram", "resnet18", "--kind", "cubes", "-o", shop["a.svg"]]),
        new("volumes of two networks", Usage, "--kind columns", shop => ["diagram", "resnet18", "resnet34", "-o", shop["a.svg"]]),
        new("a block that does not exist", Failed, "the nearest is stage2.block2",
            shop => ["diagram", "resnet18", "--block", "stage2.blck2", "-o", shop["a.svg"]]),
        new("a block of a network without any", Failed, "has no blocks",
            shop => ["diagram", "mnist_cnn", "--kind", "block", "-o", shop["a.svg"]]),
        new("a block for another kind", Usage, "--kind block",
            shop => ["diagram", "resnet18", "--kind", "blocks", "--block", "stage1.block1", "-o", shop["a.svg"]]),
        new("a picture in no folder", Failed, "create the folder first", shop => ["diagram", "resnet18", "-o", shop["nowhere/a.svg"]]),
        new("an odd size of images for a picture", Usage, "3x224x224",
            shop => ["diagram", "resnet18", "--input", "3x224", "-o", shop["a.svg"]]),
        new("an option of onnx for another file", Usage, "belongs to .onnx files",
            shop => ["convert", shop.ModelFile(), shop["out.safetensors"], "--fold"]),
        new("files beside a file that has none", Usage, "--external-data",
            shop => ["convert", shop.ModelFile(), shop["out.onnx"], "--external-data"]),
        new("names of others in an onnx file", Usage, "--names",
            shop => ["convert", shop.ModelFile(), shop["out.onnx"], "--names", "torchvision"]),
        new("a version of onnx that is not written", Usage, "from 13 to 21",
            shop => ["convert", shop.ModelFile(), shop["out.onnx"], "--opset", "9"]),
        new("onnx that is none", Failed, "no ONNX file", shop => ["summary", shop.Write("bad.onnx", "not a model")]),
        new("onnx that is not there", Failed, "no file", shop => ["predict", shop["none.onnx"], shop.Picture()]),
        // Looking inside.
        new("nothing to inspect", Usage, "see residuum inspect --help", _ => ["inspect"]),
        new("an unknown subject", Usage, "did you mean activations", _ => ["inspect", "activation"]),
        new("a subject without its model", Usage, "see residuum inspect activations --help", _ => ["inspect", "activations"]),
        new("a picture in an unknown format", Usage, ".png or .svg",
            shop => ["inspect", "activations", shop.ModelFile(), shop.Picture(), "-o", shop["a.gif"]]),
        new("a picture for a folder that is not there", Failed, "no folder",
            shop => ["inspect", "activations", shop.ModelFile(), shop.Picture(), "-o", shop["none/a.png"]]),
        new("a layer that is not there", Failed, "the nearest is stage1", shop =>
            ["inspect", "activations", shop.ModelFile(), shop.Picture(), "--layer", "stage", "-o", shop["a.png"]]),
        new("patterns of no layer", Usage, "--layer", shop => ["inspect", "patterns", shop.ModelFile()]),
        new("patterns of a map that is not there", Failed, "from 0 to 7", shop =>
            ["inspect", "patterns", shop.ModelFile(), "--layer", "stage2", "--maps", "8", "-o", shop["a.png"]]),
        new("patterns of maps that are no numbers", Usage, "such as 3,17",
            shop => ["inspect", "patterns", shop.ModelFile(), "--layer", "stage2", "--maps", "a"]),
        new("the strongest maps for no picture", Usage, "--image",
            shop => ["inspect", "patterns", shop.ModelFile(), "--layer", "stage2", "--top", "3"]),
        new("a class that is not there", Failed, "from 0 to 9", shop =>
            ["inspect", "gradcam", shop.ModelFile(), shop.Picture(), "--class", "zebra", "-o", shop["a.png"]]),
        new("one class and several", Usage, "exclude one another",
            shop => ["inspect", "gradcam", shop.ModelFile(), shop.Picture(), "--class", "1", "--top", "3"]),
        new("a layer without maps", Failed, "which is no map", shop =>
            ["inspect", "gradcam", shop.ModelFile(), shop.Picture(), "--layer", "logits", "-o", shop["a.png"]]),
        new("a window larger than the picture", Failed, "choose 1 to 32", shop =>
            ["inspect", "occlusion", shop.ModelFile(), shop.Picture(), "--window", "33", "-o", shop["a.png"]]),
        // The page.
        new("a page without a network", Usage, "see residuum explore --help", _ => ["explore"]),
        new("a port that is none", Usage, "'70000'", _ => ["explore", "resnet18", "--port", "70000"]),
        new("a page in a file of another kind", Usage, ".html", shop => ["explore", shop.ModelFile(), "--export", shop["page.pdf"]]),
        new("a file and a port", Usage, "exclude one another",
            shop => ["explore", shop.ModelFile(), "--export", shop["page.html"], "--port", "8080"]),
        new("a page of an unknown network", Failed, "resnet18", _ => ["explore", "resnt18"]),
        new("a page with weights that are not there", Failed, "no file", shop => ["explore", "resnet18", "--weights", shop["none.pth"]]),
        new("a page with a picture that is none", Failed, "is empty", shop => ["explore", shop.ModelFile(), shop.Write("a.png", "")]),
        new("a page in a folder that is not there", Failed, "none",
            shop => ["explore", shop.ModelFile(), "--export", shop["none/page.html"]]),
        new("epochs of what has no snapshots", Failed, "no snapshots", shop =>
            ["inspect", "gradients", shop.ModelFile(), "--data", shop.Cifar(), "--epochs", "0"]),
        new("a folder that is no run", Failed, "holds no snapshots", shop => ["inspect", "gradients", shop.Folder, "--data", shop.Cifar()]),
        new("epochs that are no numbers", Usage, "such as 3,17",
            shop => ["inspect", "gradients", shop.ModelFile(), "--data", shop.Cifar(), "--epochs", "first"]),
        new("weights for two networks", Usage, "for one network", shop =>
            ["inspect", "gradients", "cifar_resnet8", "cifar_plain8", "--data", shop.Cifar(), "--weights", shop.ModelFile()]),
        new("too few images to compare on", Usage, "from 4",
            shop => ["inspect", "similarity", shop.ModelFile(), "--data", shop.Cifar(), "--images", "3"]),
        new("images of another size to look inside with", Failed, "3x32x32",
            shop => ["inspect", "blocks", "resnet18", "--data", shop.Cifar()]),
        // Numbers.
        new("negative number of epochs", Usage, "'-3'", _ => ["train", "--epochs", "-3"]),
        new("text for a number", Usage, "'many'", _ => ["train", "--batch", "many"]),
        new("number beyond all bounds", Usage, "'99999999999999999999'", _ => ["train", "--threads", "99999999999999999999"]),
        new("learning rate that is not finite", Usage, "'nan'", _ => ["train", "--lr", "nan"]),
        new("momentum of one", Usage, "from 0 to below 1", _ => ["train", "--momentum", "1"]),
        new("negative seed", Usage, "--seed", _ => ["train", "--seed", "-1"]),
        new("empty folder name", Usage, "--out", _ => ["train", "--out", ""]),
        new("size of images that is none", Usage, "3x224x224", _ => ["summary", "resnet18", "--input", "224"]),
        new("size of images without rows", Usage, "'3x0x5'", _ => ["summary", "resnet18", "--input", "3x0x5"]),
        new("images too small for the network", Failed, "conv2", _ => ["summary", "mnist_cnn", "--input", "1x4x4"]),
        new("batch larger than the data", Failed, "--batch", shop => Train(shop, "--batch", "101")),
        // Files and folders.
        new("model file that is not there", Failed, "no file", shop => ["predict", shop["none.safetensors"], shop.Picture()]),
        new("weights that are not there", Failed, "none.th", shop =>
            ["predict", "cifar_resnet8", shop.Picture(), "--weights", shop["none.th"]]),
        new("folder in place of a model", Failed, "is a folder", shop => ["predict", shop.Folder, shop.Picture()]),
        new("data folder that is not there", Failed, "there is none", shop =>
            ["evaluate", shop.ModelFile(), "--data", $"cifar10:{shop["none"]}"]),
        new("empty data folder", Failed, "test_batch.bin", shop => ["evaluate", shop.ModelFile(), "--data", $"cifar10:{shop.Folder}"]),
        new("truncated batch of images", Failed, "3073", shop => Evaluate(shop, Workshop.Records(3, 1)[..^1])),
        new("empty batch of images", Failed, "0 bytes", shop => Evaluate(shop, [])),
        new("label out of range", Failed, "label 200", shop => Evaluate(shop, [200, .. Workshop.Records(1, 1)[1..]])),
        new("gzip that is none", Failed, "gzip", shop => Mnist(shop)),
        new("images of another size than the network's", Failed, "3x32x32", shop => ["evaluate", "mnist_cnn", "--data", shop.Cifar()]),
        new("description that is no JSON", Failed, "bad.json", shop => ["summary", shop.Write("bad.json", "{ kind: resnet")]),
        new("description that makes no sense", Failed, "stages[0]", shop =>
            ["summary", shop.Write("bad.json", Workshop.TinyNetwork.Replace("\"blocks\": 1", "\"blocks\": -1"))]),
        new("run in a folder that holds one", Failed, "--resume", shop =>
        {
            CommandRun.Interrupted(Train(shop));
            return Train(shop);
        }),
        new("run in place of a file", Failed, "which is a file", shop => Train(shop, "--out", shop.Picture())),
        new("resuming what is no run", Failed, "no run to resume", shop => ["train", "--resume", shop.Folder]),
        new("resuming with other settings", Usage, "--epochs", shop => ["train", "--resume", shop.Folder, "--epochs", "3"]),
        new("resuming from a checkpoint of another network", Failed, "cannot go on", shop =>
        {
            CommandRun.Interrupted(Train(shop));
            File.Copy(shop.ModelFile(), shop["run/checkpoint.safetensors"], overwrite: true);
            using var other = Model.Create(Models.Catalogue.Find("cifar_resnet8").Spec);
            CommandRun.Interrupted("train", "cifar_resnet8", "--data", shop.Cifar(), "--batch", "50", "--out", shop["other"]);
            File.Copy(shop["other/checkpoint.safetensors"], shop["run/checkpoint.safetensors"], overwrite: true);
            return ["train", "--resume", shop["run"]];
        }),
        new("resuming with damaged settings", Failed, "settings", shop =>
        {
            Directory.CreateDirectory(shop["run"]);
            shop.Write("run/settings.json", "{}");
            return ["train", "--resume", shop["run"]];
        }),
        new("output in a folder that is not there", Failed, "folder", shop => ["convert", "cifar_resnet8", shop["none/out.safetensors"]]),
        new("format that cannot be written", Failed, ".safetensors", shop => ["convert", "cifar_resnet8", shop["out.h5"]]),
        new("names that the network has no use for", Failed, "no name for 'head.norm.weight'", shop =>
            ["convert", "cifar_preact_basic8", shop["out.pth"], "--names", "torchvision"]),
        new("unknown names", Usage, "akamaster", shop => ["convert", "cifar_resnet8", shop["out.pth"], "--names", "tf"]),
        new("a description for a checkpoint", Usage, "--normalize", shop =>
            ["convert", "cifar_resnet8", shop["out.pth"], "--normalize", "cifar10"]),
        new("checkpoint that does not say what it is", Failed, "--model", shop => ["convert", Bare(shop), shop["out.safetensors"]]),
        new("comparing with what is not there", Usage, "no file", shop => ["diff", shop.ModelFile(), shop["none.pth"]]),
        new("comparing with weights of another network", Usage, "do not fit", shop => ["diff", "cifar_resnet8", Bare(shop)]),
        new("a network for files that say themselves what they are", Usage, "leave it out", shop =>
            ["diff", shop.ModelFile(), "cifar_resnet8", "--model", "cifar_resnet8"]),
        new("weights of another network", Failed, "bare", shop => ["predict", "cifar_resnet8", shop.Picture(), "--weights", Bare(shop)]),
        // Files that mean harm.
        new("pickle that calls os.system", Failed, "evil.pth", shop =>
            ["convert", Pickle(shop), shop["out.safetensors"], "--model", "cifar_resnet8"]),
        new("safetensors with overlapping offsets", Failed, "evil.safetensors", shop => ["predict", Overlapping(shop), shop.Picture()]),
        new("safetensors whose header is larger than the file", Failed, "evil.safetensors", shop =>
            ["predict", shop.Write("evil.safetensors", [0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0x7F, .. "{}"u8]), shop.Picture()]),
        new("PNG of 60,000 x 60,000 pixels", Failed, "60000x60000", shop => ["predict", shop.ModelFile(), HugePng(shop)]),
        new("PNG that is cut off", Failed, "cut.png", shop =>
            ["predict", shop.ModelFile(), shop.Write("cut.png", File.ReadAllBytes(shop.Picture())[..100])]),
        new("text file for a picture", Failed, "not an image", shop => ["predict", shop.ModelFile(), shop.Write("text.png", "hello")]),
        new("GIF for a picture", Failed, "GIF", shop => ["predict", shop.ModelFile(), shop.Write("a.gif", "GIF89a and more")]),
        new("damaged JPEG", Failed, "broken.jpg", shop =>
            ["predict", shop.ModelFile(), shop.Write("broken.jpg", [0xFF, 0xD8, 0xFF, 0xE0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12])]),
        new("picture that is not there", Failed, "no such file", shop => ["predict", shop.ModelFile(), shop["none.png"]]),
    ];

    static string[] Train(Workshop shop, params string[] extra)
    {
        string[] common = ["train", shop.Network(), "--data", shop.Cifar(), "--epochs", "1", "--threads", "1"];
        string[] batch = extra.Contains("--batch") ? [] : ["--batch", "50"];
        string[] folder = extra.Contains("--out") ? [] : ["--out", shop["run"]];
        return [.. common, .. batch, .. folder, .. extra];
    }

    static string[] Evaluate(Workshop shop, byte[] batch)
    {
        shop.Write("test_batch.bin", batch);
        return ["evaluate", shop.ModelFile(), "--data", $"cifar10:{shop.Folder}", "--json"];
    }

    static string[] Mnist(Workshop shop)
    {
        shop.Write("t10k-images-idx3-ubyte.gz", "this is not gzip");
        shop.Write("t10k-labels-idx1-ubyte.gz", "nor is this");
        return ["evaluate", "mnist_cnn", "--data", $"mnist:{shop.Folder}"];
    }

    static string Bare(Workshop shop)
    {
        using var model = Model.Create(Models.NetworkSpec.FromFile(shop.Network()));
        var file = new Interop.TensorFile();
        foreach (var (name, tensor) in model.Weights) file.Tensors.Add(name, tensor);
        Interop.Safetensors.Write(shop["bare.safetensors"], file);
        return shop["bare.safetensors"];
    }

    // Protocol 2: os.system('touch FILE'), as an attacker would write it.
    static string Pickle(Workshop shop)
    {
        var command = $"touch {shop["harm"]}";
        return shop.Write("evil.pth",
            [0x80, 2, .. "cos\nsystem\n"u8, (byte)'X', .. Little(command.Length), .. Encoding.UTF8.GetBytes(command), 0x85, (byte)'R',
                (byte)'.']);
    }

    static byte[] Little(int number)
    {
        var bytes = new byte[4];
        BinaryPrimitives.WriteInt32LittleEndian(bytes, number);
        return bytes;
    }

    static string Overlapping(Workshop shop)
    {
        var header = """{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]},"b":{"dtype":"F32","shape":[2],"data_offsets":[4,12]}}""";
        return shop.Write("evil.safetensors", [.. Little(header.Length), 0, 0, 0, 0, .. Encoding.UTF8.GetBytes(header), .. new byte[12]]);
    }

    static string HugePng(Workshop shop)
    {
        var png = File.ReadAllBytes(shop.Picture());
        BinaryPrimitives.WriteInt32BigEndian(png.AsSpan(16), 60000);
        BinaryPrimitives.WriteInt32BigEndian(png.AsSpan(20), 60000);
        BinaryPrimitives.WriteUInt32BigEndian(png.AsSpan(29), Crc(png.AsSpan(12, 17)));
        return shop.Write("huge.png", png);
    }

    static uint Crc(ReadOnlySpan<byte> bytes)
    {
        var crc = uint.MaxValue;
        foreach (var value in bytes)
        {
            crc ^= value;
            for (var bit = 0; bit < 8; bit++) crc = (crc >> 1) ^ ((crc & 1) * 0xEDB88320u);
        }
        return ~crc;
    }
}
