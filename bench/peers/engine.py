"""An engine at work: a process that stays alive during a case and does one order, a line of text, at a time."""
import json
import os
import subprocess
import time

TICKS = os.sysconf("SC_CLK_TCK")
PAUSE = 0.03    # Seconds without any processor time after which a process counts as idle.
PATIENCE = 2.0  # Seconds to wait for that.


class Engine:
    def __init__(self, name, threads, command, assignment, environment, log):
        self.name, self.threads = name, threads
        self.log = log
        self.samples = []   # A list of milliseconds for each round.
        self.idle_seconds = 0.0  # While another engine was timed,
        self.idle_cpu = 0.0      # and seconds of processor time taken meanwhile.
        with open(log, "w") as errors:
            self.process = subprocess.Popen(
                [*command, "serve", json.dumps(assignment)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=errors, text=True,
                env={**os.environ, **environment})
        self.about = self.answer()

    def order(self, line):
        self.process.stdin.write(line + "\n")
        self.process.stdin.flush()
        return self.answer()

    def answer(self):
        line = self.process.stdout.readline()
        if not line:
            with open(self.log) as errors:
                raise RuntimeError(f"{self.name} ended without an answer:\n{errors.read()[-2000:]}")
        return json.loads(line)

    def cpu(self):
        """Seconds of processor time so far, of all threads."""
        with open(f"/proc/{self.process.pid}/stat") as file:
            fields = file.read().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / TICKS

    def settle(self):
        """Waits until threads that spin for more work have gone to sleep."""
        end = time.monotonic() + PATIENCE
        before = self.cpu()
        while time.monotonic() < end:
            time.sleep(PAUSE)
            now = self.cpu()
            if now == before:
                return
            before = now

    def peak_memory(self):
        """The most bytes that the process ever had resident (VmHWM)."""
        with open(f"/proc/{self.process.pid}/status") as file:
            return next(int(line.split()[1]) * 1024 for line in file if line.startswith("VmHWM:"))

    def close(self):
        self.process.stdin.close()
        try:
            self.process.wait(10)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        self.process.stdout.close()
