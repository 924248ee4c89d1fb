using System.CommandLine;
using System.Runtime.CompilerServices;
using System.Text;
using Residuum.Foundation;
using Residuum.Web;

namespace Residuum.Cli.Verbs;

/// <summary><c>residuum explore</c>: a page on which a network is looked at from all sides, served on this machine or written to a
/// file.</summary>
static class ExploreVerb
{
    const int MostPort = 65535;

    public static Command Create(Terminal terminal)
    {
        var model = CommonOptions.Model();
        var image = new Argument<string?>("IMAGE")
        {
            Description = "A picture to begin with: PNG or JPEG.",
            Arity = ArgumentArity.ZeroOrOne
        };
        var (weights, normalize) = (CommonOptions.Weights(), CommonOptions.Normalize());
        var port = CommonOptions.Whole("--port", "N", "The port on this machine's loopback address; 0 for a free one, the default.", 0,
            MostPort);
        var export = CommonOptions.Text("--export", "FILE.html", "Write the page to one file that needs no server, and end.");
        var verb = new VerbCommand("explore",
            "Look at a network in a browser: architecture, maps, filters, classes, and a run's checkpoints.",
            [
                "residuum explore resnet50 photo.jpg --weights resnet50.pth",
                "residuum explore runs/first/model.safetensors",
                "residuum explore cifar_resnet20 --weights resnet20.th --normalize imagenet --port 8080",
                "residuum explore runs/first/model.safetensors cat.png --export first.html",
            ],
            model, image, weights, normalize, port, export);
        verb.SetAction(result =>
        {
            var file = result.GetValue(export);
            if (file is not null && result.IsGiven(port))
                throw new UsageException("The options --export and --port exclude one another; give one of them.");
            if (file is not null && !file.EndsWith(".html", StringComparison.OrdinalIgnoreCase))
                throw new UsageException($"The option --export takes the name of a file that ends in .html, not '{file}'.");
            var source = Source(terminal, result.GetRequiredValue(model), result.GetValue(weights), result.GetValue(normalize),
                result.GetValue(image));
            if (file is not null) return Export(terminal, source, file);
            SharedFramework.Require();
            return Serve(terminal, source, result.GetValue(port) ?? 0);
        });
        return verb;
    }

    // A file has to be read to know what it is of; what is named is known at once, and its weights are read while the page is looked at.
    static ExplorerSource Source(Terminal terminal, string name, string? weights, string? normalize, string? image)
    {
        ModelSource Open()
        {
            var opened = ModelSource.Open(name, weights, normalize);
            opened.WarnOfRandomWeights(terminal);
            return opened;
        }
        ExplorerSource source;
        if (File.Exists(name) && !NamedModels.IsDescription(name))
        {
            var opened = Open().Model;
            source = new ExplorerSource(opened.Network, () => opened)
            {
                Snapshots = RunFolder.Snapshots(name),
                Metrics = RunFolder.Metrics(name)
            };
        }
        else
        {
            if (weights is not null && !File.Exists(weights)) throw new ResiduumException($"There is no file '{weights}'; check the path.");
            source = new ExplorerSource(Model.FindNetwork(name), () => Open().Model);
        }
        return image is null ? source : source with { Image = source.Images.Read(image), ImageName = Path.GetFileName(image) };
    }

    static int Export(Terminal terminal, ExplorerSource source, string file)
    {
        terminal.Messages().Line($"Looking at every layer of {source.Network.Name}...");
        var page = Encoding.UTF8.GetBytes(ExplorerPage.Export(source));
        AtomicFile.Write(file, stream => stream.Write(page));
        terminal.Output.Write($"{file}: {source.Network.Name}, {Figures.Fixed(page.Length / 1e6, 1)} MB; open it in a browser.\n");
        return 0;
    }

    // Apart, so that what it needs is looked for only when it runs.
    [MethodImpl(MethodImplOptions.NoInlining)]
    static int Serve(Terminal terminal, ExplorerSource source, int port)
    {
        using var interruption = new Interruption(terminal.Interrupted);
        var explorer = Explorer.StartAsync(source, port, CancellationToken.None).GetAwaiter().GetResult();
        try
        {
            terminal.Output.Write($"{source.Network.Name} is at {explorer.Address} (Ctrl-C ends)\n");
            terminal.Output.Flush();
            interruption.Token.WaitHandle.WaitOne();
        }
        finally
        {
            explorer.DisposeAsync().AsTask().GetAwaiter().GetResult();
        }
        return 0;
    }
}
