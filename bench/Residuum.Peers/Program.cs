using Residuum;
using Residuum.Peers;

// What bench/peers/run asks of this project; not for use by hand.
switch (args)
{
    case ["weights", var network, var side, var path]:
        // Seeded weights of a catalogue name or a description, for square images of this many pixels a side.
        var spec = Model.FindNetwork(network);
        var pixels = int.Parse(side, System.Globalization.CultureInfo.InvariantCulture);
        using (var model = Model.Create(spec.WithInput(spec.Input.Channels, pixels, pixels))) model.Save(path);
        return 0;
    case ["serve", var assignment]:
        using (var worker = new Worker(Assignment.Parse(assignment))) worker.Serve(Console.In, Console.Out);
        return 0;
    default:
        Console.Error.WriteLine("usage: Residuum.Peers weights NETWORK SIDE FILE | serve ASSIGNMENT");
        return 2;
}
