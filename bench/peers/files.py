"""Makes the files that all engines read for a case: the same weights in safetensors and ONNX, images and labels."""
import os
import subprocess

import installation


def make(case):
    """The paths of weights, onnx, images and labels. What is in the work folder already is taken as it is."""
    path = os.path.join(installation.WORK, f"{case.network.removesuffix('.json')}-{case.side}")
    files = {"weights": f"{path}.safetensors", "onnx": f"{path}.onnx",
             "images": f"{path}-b{case.batch}.images", "labels": f"{path}-b{case.batch}.labels"}
    if not os.path.exists(files["onnx"]):
        network = os.path.join(installation.HERE, case.network) if case.network.endswith(".json") else case.network
        quietly(["dotnet", installation.OURS, "weights", network, str(case.side), files["weights"]])
    quietly([installation.PYTHON, os.path.join(installation.HERE, "prepare.py"), *files.values(), str(case.batch)])
    return files


def quietly(command, environment=None):
    """Standard output of a command, whose messages are shown only when it fails."""
    done = subprocess.run(command, capture_output=True, text=True, env={**os.environ, **(environment or {})})
    if done.returncode != 0:
        raise RuntimeError(f"{command[0]} {command[1]} failed:\n{done.stderr[-3000:]}")
    return done.stdout
