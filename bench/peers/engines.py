"""What is measured: emitted code by every compiler, and the other engines that are installed."""
import json
import pathlib
import re
import subprocess
from dataclasses import dataclass

TOP = pathlib.Path(__file__).resolve().parent.parent.parent
BUILD = TOP / "build/gcc"
MODULES = TOP / "build/peers/node_modules"
COMPILERS = {"g++": "GCC", "clang++": "Clang"}
PYTHON = "/usr/bin/python3"  # the one that Debian's packages are for


@dataclass
class Engine:
    name: str
    version: str
    command: list
    threads: tuple = (1, 2)
    takes_threads: bool = True  # as an argument; otherwise OMP_NUM_THREADS says how many
    numerics: str = "xnnpack"  # by which its outputs are judged

    def output(self, folder, threads):
        return folder / (re.sub(r"\W+", "_", f"{self.name} {threads}") + ".bin")

    def run(self, folder, threads):
        """The command line."""
        arguments = [folder, self.output(folder, threads)] + [threads] * self.takes_threads
        return [str(part) for part in [*self.command, *arguments]]


def printed(*command):
    return subprocess.run([str(part) for part in command], check=True, capture_output=True, text=True).stdout.strip()


# ---- emitted code ----------------------------------------------------------------------------------------------------


def compile_network(folder, numerics, schedule):
    """Writes emitted code into a folder of that name; returns the flags for building it."""
    log = printed(BUILD / "narrows", "compile", folder / "net.onnx", "--input-layout", "nhwc", "--name", "net",
                  "--numerics", numerics, "--schedule", schedule, "-o", folder / numerics)
    return re.search(r"^build +\S+ (.*) -c ", log, re.M)[1].split()


def buffer_sizes(header):
    """The macros for the sizes of inputs, then outputs."""
    names = [re.findall(rf"^#define (NET_{kind}PUT[0-9]+_BYTES) ", header, re.M) for kind in ("IN", "OUT")]
    return ",".join(names[0] + names[1])


def build_emitted(place, compiler, flags):
    """A program around the emitted code in `place`, which alone is built by `compiler` with its flags."""
    program = place / f"run_{compiler.rstrip('+')}"
    printed(compiler, *flags, "-c", place / "net.cpp", "-o", f"{program}.o")
    printed("g++", "-std=c++17", "-O2", "-pthread", f"-I{TOP}", f"-I{place}", f'-DWEIGHTS="{place}/net.weights"',
            f"-DBUFFERS={buffer_sizes((place / 'net.h').read_text())}", TOP / "bench/peers/emitted.cpp",
            f"{program}.o", "-o", program)
    return program


def emitted(folder, schedule, quantized):
    """Numerics are something of quantized networks."""
    for numerics in ("xnnpack", "tflite") if quantized else ("xnnpack",):
        flags = compile_network(folder, numerics, schedule)
        for compiler, name in COMPILERS.items():
            name = f"Narrows, {name}" + (f", {numerics}" if quantized else "")
            program = build_emitted(folder / numerics, compiler, flags)
            yield Engine(name, printed(compiler, "-dumpfullversion", "-dumpversion"), [program], numerics=numerics)


def target(folder):
    """What the emitted code in `folder` is for."""
    return re.search(r"Target +(\S+)", (folder / "xnnpack/net.h").read_text())[1]


def build_peak(folder, schedule, quantized):
    """A command that measures the core's peak, built as emitted code is."""
    flags = compile_network(folder, "xnnpack", schedule)
    lanes = re.search(r"^#define LANES (\d+)", (folder / "xnnpack/net.cpp").read_text(), re.M)[1]
    program = folder / "peak"
    printed("g++", *flags, "-std=c++17", f"-I{TOP}", f"-DLANES={lanes}", TOP / "compiler/measure/runner/peak.cpp",
            TOP / "bench/peers/peak.cpp", "-o", program)
    return [program, "8bit" if quantized else "f32"]


# ---- other engines ---------------------------------------------------------------------------------------------------


def debian_version(package):
    """Upstream's version, or its commit where it has none."""
    version = printed("dpkg-query", "-W", "-f", "${Version}", package).rsplit("-", 1)[0]
    commit = re.search(r"git\d+\.(\w+)", version)
    return commit[1] if commit else version.split("+")[0]


def node_version(package):
    return json.loads((MODULES / package / "package.json").read_text())["version"]


def onnxruntime(name, *options):
    script = TOP / "bench/peers/onnxruntime.js"
    return Engine(name, node_version("onnxruntime-node"), ["node", script, MODULES, *options])


def peers(quantized):
    """Those that are installed; scripts/peers has said which are not."""
    programs = BUILD / "bench/peers"
    if (programs / "peers_xnnpack").exists():
        yield Engine("XNNPACK", debian_version("libxnnpack-dev"), [programs / "peers_xnnpack"])
    if (programs / "peers_onednn").exists():
        yield Engine("oneDNN", debian_version("libdnnl-dev"), [programs / "peers_onednn"], takes_threads=False)
    if (MODULES / "onnxruntime-node").exists():
        yield onnxruntime("ONNX Runtime")
        if quantized:
            yield onnxruntime("ONNX Runtime, exact sums", "--exact")
    if not quantized and subprocess.run([PYTHON, "-c", "import onnx, torch"], capture_output=True).returncode == 0:
        yield Engine("PyTorch", debian_version("python3-torch"), [PYTHON, TOP / "bench/peers/pytorch.py"])
