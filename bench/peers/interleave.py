"""Runs one case: files, the best form of PyTorch, then all engines in turn, round after round."""
import json
import os
import time

import files
import installation
from engine import Engine

TOLERANCE = 1e-4  # Largest difference of outputs, as a share of the largest output.
LEARNING_RATE = 0.001
TRIAL_SECONDS = 0.3
LEAST_ROUNDS = 3  # However long a case takes.
PEAK_EVERY = 3    # Rounds between two measurements of the processor's peak.
OURS, ORT, TORCH = "Residuum", "ONNX Runtime", "PyTorch"


class Interleaving:
    def __init__(self, case, options, modules):
        self.case, self.options = case, options
        self.environment = {
            OURS: {"DOTNET_EnableAVX512": "0"} if options.isa == "avx2" else {},
            ORT: {"NODE_PATH": modules},
            TORCH: {"ONEDNN_MAX_CPU_ISA": "AVX2", "ATEN_CPU_CAPABILITY": "avx2"} if options.isa == "avx2" else {},
        }
        here = installation.HERE
        self.commands = {
            OURS: ["dotnet", installation.OURS],
            ORT: ["node", os.path.join(here, "ort_worker.js")],
            TORCH: [installation.PYTHON, os.path.join(here, "torch_worker.py")],
        }
        if case.training:
            del self.commands[ORT]

    def measure(self):
        assignment = self.assignment()
        trial = self.trial(assignment)
        engines = []
        try:
            for threads in self.options.threads:
                for name, command in self.commands.items():
                    log = os.path.join(installation.WORK, f"{name.replace(' ', '')}-{threads}.log")
                    engines.append(Engine(
                        name, threads, command, {**assignment, "threads": threads, "form": trial["forms"][str(threads)]},
                        self.environment[name], log))
            differences = check(engines)
            peaks = self.rounds(engines)
            return self.result(engines, trial, differences, peaks)
        finally:
            for engine in engines:
                engine.close()

    def assignment(self):
        """What every engine is to do."""
        case = self.case
        return {
            **files.make(case), "training": case.training, "checkpointActivations": case.checkpoint, "batch": case.batch, "size": [3, case.side, case.side],
            "learningRate": LEARNING_RATE,
        }

    def trial(self, assignment):
        """In a process of its own, so that the memory of forms that were not chosen does not count."""
        question = {**assignment, "trialThreads": self.options.threads, "trialSeconds": TRIAL_SECONDS}
        answer = files.quietly([*self.commands[TORCH], "trial", json.dumps(question)], self.environment[TORCH])
        return json.loads(answer.splitlines()[-1])

    def rounds(self, engines):
        """Milliseconds go to the engines; the peaks of this processor in GFLOP/s come back, for each number of threads."""
        peaks = {threads: [] for threads in self.options.threads}
        start = time.monotonic()
        for round in range(self.options.rounds):
            if round >= LEAST_ROUNDS and time.monotonic() - start > self.options.limit:
                break
            # Every other round goes backwards, so that nobody always follows the same neighbour.
            for engine in engines if round % 2 == 0 else reversed(engines):
                self.turn(engine, engines)
                if engine.name == OURS and round % PEAK_EVERY == 0:
                    peaks[engine.threads].append(engine.order("peak")["gigaflops"])
                    engine.settle()
        return peaks

    def turn(self, engine, engines):
        before = {other: other.cpu() for other in engines}
        start = time.monotonic()
        engine.samples.append(engine.order(f"run {self.options.seconds}")["milliseconds"])
        for other in engines:
            if other is not engine:
                other.idle_seconds += time.monotonic() - start
                other.idle_cpu += other.cpu() - before[other]
        engine.settle()

    def result(self, engines, trial, differences, peaks):
        ours = next(engine for engine in engines if engine.name == OURS)
        passes = 3 if self.case.training else 1  # Gradients of inputs and of weights cost as much as the layer itself.
        return {
            "case": self.case.name, "group": self.case.group, "network": self.case.network, "side": self.case.side,
            "batch": self.case.batch, "multiplyAdds": ours.about["multiplyAdds"], "passes": passes,
            "agree": max(differences.values()) <= TOLERANCE, "peaks": peaks, "torchTrials": trial["milliseconds"],
            "engines": [{
                "name": engine.name, "threads": engine.threads, "about": engine.about, "rounds": engine.samples,
                "difference": differences[engine.name, engine.threads], "peakMemory": engine.peak_memory(), 
                "idleShare": engine.idle_cpu / engine.idle_seconds,
                "form": trial["forms"][str(engine.threads)] if engine.name == TORCH else None,
            } for engine in engines],
        }


def check(engines):
    """How far each engine's outputs are from ours (the first), as a share of the largest."""
    outputs = {}
    for engine in engines:
        outputs[engine.name, engine.threads] = engine.order("check")["outputs"]
        engine.settle()
    reference = outputs[engines[0].name, engines[0].threads]
    largest = max(abs(x) for x in reference)
    return {key: difference(reference, values) / largest for key, values in outputs.items()}


def difference(reference, values):
    if len(reference) != len(values):
        raise RuntimeError(f"one engine has {len(reference)} outputs and another {len(values)}")
    worst = max(abs(a - b) for a, b in zip(reference, values))
    return worst if worst == worst else float("inf")
