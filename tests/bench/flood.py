#!/usr/bin/env python3
"""A step that prints as fast as it can: the keeper against a bare terminal and against `script -qf`.

All take turns with the same producer in one run, so that a busy machine slows all of them; what counts are the ratios
of neighbours. `script` runs in a terminal that is read at once, as people use it; beside it ("mute") stands what it
does with its output thrown away, for which there is no limit. Nothing records faster than a bare terminal drains:
where lines are so short that the kernel's line discipline is the limit for everybody, being close to that is enough.
Exit 1 where a limit is not met, 2 where it could not be measured.

  tests/bench/flood.py [--program target/release/breakglass] [--megabytes 200] [--rounds 5] [--only log]
                       [--memory-megabytes 1024]
"""

import argparse
import hashlib
import json
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

# The transcript is complete to the byte at so much of the speed at which a bare terminal drains, and of `script -qf`.
LEAST_OF_RAW = 0.6
LEAST_OF_SCRIPT = 2.0
# From here on the terminal itself is what is slow, and twice `script` may be more than there is.
CLOSE_TO_RAW = 0.9
# What the keeper may grow by between the first tenth of a large flood and its end.
MOST_GROWTH_KIB = 2048


def complain(text):
    print(f"flood: {text}", file=sys.stderr)
    sys.exit(2)


class Lab:
    def __init__(self, program, folder):
        self.program = program
        self.folder = folder
        self.drain = folder / "drain"
        source = Path(__file__).with_name("drain.c")
        subprocess.run(["cc", "-O2", "-o", self.drain, source], check=True)
        self.count = 0

    def raw(self, command):
        """Bytes and seconds of a bare terminal."""
        said = subprocess.run([self.drain, "sh", "-c", command], check=True, capture_output=True, text=True)
        total, seconds = said.stdout.split()
        return int(total), float(seconds)

    def script(self, command):
        """Seconds of `script` in a terminal that is read as fast as it prints: as people use it."""
        file = self.folder / "typescript"
        inner = ["script", "-qf", "-c", command, file]
        said = subprocess.run([self.drain, *inner], check=True, capture_output=True, text=True)
        file.unlink()
        return float(said.stdout.split()[1])

    def mute_script(self, command):
        """Seconds of `script` that shows nothing to anybody; told for comparison."""
        file = self.folder / "typescript"
        begin = time.monotonic()
        null = subprocess.DEVNULL
        subprocess.run(["script", "-qf", "-c", command, file], check=True, stdin=null, stdout=null)
        seconds = time.monotonic() - begin
        file.unlink()
        return seconds

    def start(self, command):
        """Starts a keeper; its process and its folder."""
        self.count += 1
        folder = self.folder / f"run-{self.count}"
        folder.mkdir(mode=0o700)
        spec = {"dir": str(folder), "title": "flood", "argv": ["sh", "-c", command], "env": [], "cwd": None,
                "rows": 24, "cols": 80, "timeout_seconds": None, "grace_seconds": 1.0, "secrets": ["zebra-stripes"]}
        keeper = subprocess.Popen([self.program, "keeper"], stdin=subprocess.PIPE, stdout=subprocess.DEVNULL)
        keeper.stdin.write(json.dumps(spec).encode())
        keeper.stdin.close()
        return keeper, folder

    def keeper(self, command, expected=None):
        """Seconds until the step had printed everything, and until its end was on the disk."""
        begin = time.monotonic()
        keeper, folder = self.start(command)
        end = self.end(keeper, folder)
        on_disk = time.monotonic() - begin
        keeper.terminate()
        keeper.wait()
        if end["end"] != {"how": "exited", "code": 0} or end["transcript_sha256"] is None:
            complain(f"the run ended with {end}")
        if expected is not None and digest(folder / "transcript.cast") != expected:
            print("flood: the transcript is not complete to the byte", file=sys.stderr)
            sys.exit(1)
        shutil.rmtree(folder)
        # At most half a megabyte is on its way to the transcript when the step has printed its last byte.
        return end["duration_ms"] / 1000, on_disk

    @staticmethod
    def end(keeper, folder):
        while not (folder / "end.json").exists():
            if keeper.poll() is not None and not (folder / "end.json").exists():
                complain(f"the keeper died with {keeper.returncode}; is the program up to date?")
            time.sleep(0.002)
        return json.loads((folder / "end.json").read_text())


def digest(cast):
    """SHA-256 of the output that a transcript holds."""
    sha256 = hashlib.sha256()
    exact = None
    with open(cast, "rb") as lines:
        next(lines)
        for line in lines:
            _, code, text = json.loads(line)
            if code == "b":
                exact = bytes.fromhex(text)
            elif code == "o":
                sha256.update(text.encode() if exact is None else exact)
                exact = None
    return sha256.hexdigest()


def log_file(path, megabytes):
    """Lines as servers write them; one in eight has a word that masking looks at closely."""
    lines = []
    for number in range(4096):
        extra = " url=https://api.internal:8443/v1/items?id=7" if number % 8 == 0 else " cache=warm shard=12"
        lines.append(f"2026-01-01T00:00:{number % 60:02}.{number:06}Z INFO [worker-{number % 16}] request {number} "
                     f"done in {number % 977} ms status=200 bytes={number * 37}{extra}\n")
    block = "".join(lines).encode()
    with open(path, "wb") as file:
        for _ in range(megabytes * 1_000_000 // len(block) + 1):
            file.write(block)


def memory(pid):
    for line in Path(f"/proc/{pid}/status").read_text().splitlines():
        if line.startswith("VmRSS:"):
            return int(line.split()[1])
    return 0


def flood(lab, name, command, rounds):
    shown = hashlib.sha256()
    with subprocess.Popen(["sh", "-c", command], stdout=subprocess.PIPE) as producer:
        while chunk := producer.stdout.read(1 << 20):
            # A terminal ends lines with both.
            shown.update(chunk.replace(b"\n", b"\r\n"))
    lab.keeper(command, shown.hexdigest())
    of_raw, of_script, rates = [], [], {name: [] for name in ("raw", "script", "mute", "keeper", "on disk")}
    for _ in range(rounds):
        total, raw = lab.raw(command)
        keeper, on_disk = lab.keeper(command)
        script = lab.script(command)
        mute = lab.mute_script(command)
        of_raw.append(raw / keeper)
        of_script.append(script / keeper)
        for key, seconds in zip(rates, (raw, script, mute, keeper, on_disk)):
            rates[key].append(total / seconds / 1e6)
    middle = {key: statistics.median(values) for key, values in rates.items()}
    ratios = statistics.median(of_raw), statistics.median(of_script)
    print(f"{name:10} raw {middle['raw']:6.1f}  script {middle['script']:6.1f} (mute {middle['mute']:6.1f})  keeper {middle['keeper']:6.1f} MB/s "
          f"(synced {middle['on disk']:6.1f})  of raw {ratios[0]:.2f}  of script {ratios[1]:.2f}", flush=True)
    return ratios


def growth(lab, megabytes):
    """KiB that a keeper grows by while a step prints, after its buffers have been filled once."""
    keeper, folder = lab.start(f"yes 'a line of output that is neither long nor short' | head -c {megabytes}000000")
    transcript, early = folder / "transcript.cast", None
    while keeper.poll() is None and not (folder / "end.json").exists():
        size = transcript.stat().st_size if transcript.exists() else 0
        if early is None and size > megabytes * 100_000:
            early = memory(keeper.pid)
        time.sleep(0.01)
    late = memory(keeper.pid)
    keeper.terminate()
    keeper.wait()
    shutil.rmtree(folder)
    print(f"memory     {early} KiB after {megabytes // 10} MB, {late} KiB after {megabytes} MB", flush=True)
    return late - early


def main():
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    options.add_argument("--program", default="target/release/breakglass")
    options.add_argument("--megabytes", type=int, default=200)
    options.add_argument("--rounds", type=int, default=5)
    options.add_argument("--memory-megabytes", type=int, default=1024)
    options.add_argument("--only", help="one producer: log, seq or yes")
    options = options.parse_args()
    program = Path(options.program).absolute()
    if not program.exists():
        complain(f"`{options.program}` is not there; build it with `cargo build --release`")
    for tool in ("cc", "script", "seq"):
        if shutil.which(tool) is None:
            complain(f"`{tool}` is not installed")
    failed = []
    with tempfile.TemporaryDirectory(prefix="flood-") as folder:
        lab = Lab(program, Path(folder))
        log = Path(folder) / "server.log"
        log_file(log, options.megabytes)
        size = options.megabytes * 1_000_000
        producers = {
            "log": f"cat '{log}'",
            "seq": f"seq 1 {size // 9}",
            "yes": f"yes | head -c {size // 2}",
        }
        for name, command in producers.items():
            if options.only not in (None, name):
                continue
            of_raw, of_script = flood(lab, name, command, options.rounds)
            if of_raw < LEAST_OF_RAW:
                failed.append(f"{name}: {of_raw:.2f} of a bare terminal, wanted {LEAST_OF_RAW}")
            if of_script < LEAST_OF_SCRIPT and of_raw < CLOSE_TO_RAW:
                failed.append(f"{name}: {of_script:.2f} of `script -qf`, wanted {LEAST_OF_SCRIPT}")
        if options.memory_megabytes:
            grown = growth(lab, options.memory_megabytes)
            if grown > MOST_GROWTH_KIB:
                failed.append(f"memory grew by {grown} KiB, wanted at most {MOST_GROWTH_KIB}")
    for line in failed:
        print(f"flood: {line}", file=sys.stderr)
    sys.exit(1 if failed else 0)


if __name__ == "__main__":
    main()
