"""Brings the peers here where they are missing, builds our side, and says which versions meet."""
import glob
import os
import shutil
import subprocess
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.dirname(os.path.dirname(HERE))
WORK = os.path.join(HERE, "work")
PYTHON = "/usr/bin/python3"
OURS = os.path.join(ROOT, "bench/Residuum.Peers/bin/Release/net10.0/Residuum.Peers.dll")
# OpenBLAS because PyTorch is several times slower in places with the plain BLAS that it depends on.
DEBIAN_PACKAGES = ["python3-torch", "python3-torchvision", "libopenblas0-openmp"]


def install(modules, may_install):
    """Checks that both peers are here. The folder of Node's modules comes back."""
    os.makedirs(WORK, exist_ok=True)
    for tool, source in (("dotnet", "the .NET 10 SDK"), ("node", "Debian's package nodejs"), ("npm", "Debian's package npm")):
        if not shutil.which(tool):
            sys.exit(f"'{tool}' is missing; it comes with {source}.")
    torch = subprocess.run([PYTHON, "-c", "import torch, torchvision"], capture_output=True).returncode == 0
    if not torch or not glob.glob("/usr/lib/*/openblas*/libblas.so.3"):
        install_torch(may_install)
    modules = modules or os.path.join(WORK, "node_modules")
    if not os.path.isdir(os.path.join(modules, "onnxruntime-node")):
        command = ["npm", "install", "--ignore-scripts", "--no-audit", "--no-fund", "--prefix", WORK, "onnxruntime-node"]
        if not may_install:
            sys.exit(f"ONNX Runtime is missing in {modules}; run without --no-install, or: {' '.join(command)}")
        subprocess.run(command, check=True)
    return modules


def install_torch(may_install):
    command = ["apt-get", "install", "-y", *DEBIAN_PACKAGES]
    if not may_install or os.geteuid() != 0 or not shutil.which("apt-get"):
        sys.exit(f"PyTorch for {PYTHON}, or OpenBLAS for it, is missing; as root on Debian: {' '.join(command)}")
    subprocess.run(["apt-get", "update"], check=True)
    subprocess.run(command, check=True)


def build():
    subprocess.run(["dotnet", "build", "-c", "Release", "-v", "quiet", "--nologo", os.path.dirname(OURS).split("/bin/")[0]], check=True,
                   stdout=sys.stderr)


def processor():
    with open("/proc/cpuinfo") as file:
        return next((line.split(":", 1)[1].strip() for line in file if line.startswith("model name")), "unknown processor")


def commit():
    git = subprocess.run(["git", "-C", ROOT, "describe", "--always", "--dirty"], capture_output=True, text=True)
    return git.stdout.strip() or "unknown"
