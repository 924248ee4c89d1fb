"""PyTorch as an engine: torch_worker.py serve ASSIGNMENT, orders on standard input; trial ASSIGNMENT finds its best form."""
import json
import os
import platform
import re
import sys
import time

import numpy
import torch

import network
import torch_forms

CHECKED_STEPS = 5
WARM_UPS = 2   # A traced form is compiled for good in its second run.
GIVEN_UP = 4   # A form whose warm-up takes so many times the best so far is not tried further.
FINALISTS = 3  # Forms tried on fewer threads.


class Work:
    def __init__(self, assignment):
        self.training = assignment["training"]
        spec = network.safetensors.network(assignment["weights"])["input"]
        shape = (-1, assignment["batch"], spec["channels"], spec["height"], spec["width"])
        self.images = numpy.fromfile(assignment["images"], numpy.float32).reshape(shape)
        self.labels = numpy.fromfile(assignment["labels"], numpy.int32).astype(numpy.int64).reshape(shape[:2])
        self.assignment = assignment
        self.next = 0

    def take(self, form):
        model = network.load(self.assignment["weights"])
        self.step = torch_forms.step(model, form, self.images[0], self.training, self.assignment["learningRate"])

    def run(self):
        """Milliseconds of one run."""
        images, labels = self.images[self.next], self.labels[self.next]
        self.next = (self.next + 1) % len(self.images)
        start = time.perf_counter()
        self.step(images, labels)
        return (time.perf_counter() - start) * 1000

    def run_for(self, seconds):
        """Milliseconds of every run but the first, which finds caches and pages as others left them."""
        self.run()
        times = []
        start = time.perf_counter()
        while not times or time.perf_counter() - start < seconds:
            times.append(self.run())
        return times

    def check(self):
        if self.training:
            return [self.step(self.images[0], self.labels[0]) for _ in range(CHECKED_STEPS)]
        return self.step(self.images[0], None).ravel().tolist()


def serve(assignment):
    torch.set_num_threads(assignment["threads"])
    work = Work(assignment)
    work.take(assignment["form"])
    answer({"engine": f"PyTorch {torch.__version__}", "runtime": libraries()})
    for line in sys.stdin:
        order, *arguments = line.split()
        if order == "run":
            answer({"milliseconds": work.run_for(float(arguments[0]))})
        elif order == "check":
            answer({"outputs": work.check()})
        else:
            raise ValueError(f"there is no order {line!r}")


def trial(assignment):
    """The fastest form for each number of threads, and the milliseconds of all that were tried: on fewer threads the best few only."""
    forms = torch_forms.forms(assignment["training"])
    times = {}
    for threads in sorted(assignment["trialThreads"], reverse=True):
        torch.set_num_threads(threads)
        known = times[threads] = {}
        for form in forms:
            work = Work(assignment)
            work.take(form)
            for _ in range(WARM_UPS):
                known[form] = work.run()
                if known[form] > GIVEN_UP * min(known.values()):
                    break
            else:
                known[form] = work.run()
                if known[form] < 1000 * assignment["trialSeconds"]:
                    known[form] = float(numpy.median(work.run_for(assignment["trialSeconds"])))
        forms = sorted(known, key=known.get)[:FINALISTS]
    answer({"forms": {threads: min(known, key=known.get) for threads, known in times.items()}, "milliseconds": times})


def libraries():
    """What PyTorch multiplies matrices and convolves with."""
    with open("/proc/self/maps") as file:
        found = {os.path.basename(os.path.dirname(line.split()[-1])) for line in file if "/libblas.so" in line}
    dnn = re.search(r"MKL-DNN v([\d.]+)", torch.__config__.show())
    return f"Python {platform.python_version()}, oneDNN {dnn[1] if dnn else 'absent'}, BLAS: {', '.join(found) or 'its own'}"


def answer(document):
    print(json.dumps(document), flush=True)


{"serve": serve, "trial": trial}[sys.argv[1]](json.loads(sys.argv[2]))
