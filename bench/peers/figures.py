"""What the measured times amount to, and the table of it."""
import statistics

NAMES = ("Residuum", "ONNX Runtime", "PyTorch")
COLUMNS = ("Work", "Threads", "Ours ms", "ONNX Runtime ms", "PyTorch ms", "Spread %", "Ratio", "GFLOP/s", "Of peak", "Memory MB",
           "2nd core", "PyTorch's form")


def figures(result, ceilings):
    """A dictionary for each number of threads: medians, spreads, ratio, GFLOP/s, share of peak, gain of more threads.

    result is what Interleaving.measure returns, ceilings the peak in GFLOP/s for each number of threads.
    """
    rows = []
    for threads in sorted({engine["threads"] for engine in result["engines"]}):
        engines = {engine["name"]: engine for engine in result["engines"] if engine["threads"] == threads}
        samples = {name: sorted(time for turn in engine["rounds"] for time in turn) for name, engine in engines.items()}
        medians = {name: statistics.median(values) for name, values in samples.items()}
        ours = medians["Residuum"]
        peer = min(medians.keys() - {"Residuum"}, key=medians.get)
        gigaflops = 2 * result["multiplyAdds"] * result["passes"] * result["batch"] / ours / 1e6
        rows.append({
            "case": result["case"], "group": result["group"], "threads": threads, "agree": result["agree"],
            "medians": medians,
            "spreads": {name: (quantile(values, 0.75) - quantile(values, 0.25)) / medians[name] for name, values in samples.items()},
            "memory": {name: engine["peakMemory"] for name, engine in engines.items()},
            "bestPeer": peer, "ratio": medians[peer] / ours,
            "roundRatios": [statistics.median(theirs) / statistics.median(own)
                            for theirs, own in zip(engines[peer]["rounds"], engines["Residuum"]["rounds"])],
            "gigaflops": gigaflops, "shareOfPeak": gigaflops / ceilings[threads], "form": engines["PyTorch"]["form"],
            "gain": rows[0]["medians"]["Residuum"] / ours if rows else None,
        })
    return rows


def quantile(ordered, share):
    """Linear between neighbours."""
    position = share * (len(ordered) - 1)
    low = int(position)
    return ordered[low] + (position - low) * (ordered[min(low + 1, len(ordered) - 1)] - ordered[low])


def cells(row):
    def each(values, text):
        return " / ".join(text(values[name]) if name in values else "-" for name in NAMES)

    def time(name):
        return f"{row['medians'][name]:.4g}" if name in row["medians"] else "-"

    rounds = sorted(row["roundRatios"])
    return (row["case"] + ("" if row["agree"] else " (OUTPUTS DIFFER)"), str(row["threads"]), *(time(name) for name in NAMES),
            each(row["spreads"], lambda x: f"{100 * x:.0f}"),
            f"{row['ratio']:.2f} ({quantile(rounds, 0.25):.2f} to {quantile(rounds, 0.75):.2f})",
            f"{row['gigaflops']:.0f}",
            f"{100 * row['shareOfPeak']:.0f} %", each(row["memory"], lambda x: f"{x / 1e6:.0f}"),
            f"{row['gain']:.2f}" if row["gain"] else "", row["form"])


def plain(rows):
    """The table for a terminal."""
    lines = [COLUMNS, *(cells(row) for row in rows)]
    widths = [max(len(line[i]) for line in lines) for i in range(len(COLUMNS))]
    left = (0, len(COLUMNS) - 1)

    def laid(line):
        return "  ".join(cell.ljust(widths[i]) if i in left else cell.rjust(widths[i]) for i, cell in enumerate(line)).rstrip()

    return "\n".join(laid(line) for line in lines)


def markdown(rows):
    lines = [COLUMNS, ["---"] + ["---:"] * (len(COLUMNS) - 2) + ["---"], *(cells(row) for row in rows)]
    return "\n".join("| " + " | ".join(line) + " |" for line in lines)
