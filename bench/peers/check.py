"""How far an engine's outputs are from the interpreter's."""
import array
import json

CODES = {"f32": "f", "u8": "B", "i8": "b", "i32": "i", "i64": "q"}
FLOAT_BOUND = 1e-4  # of the range


class Wrong(Exception):
    """An engine that computes something else; the text says how."""


def outputs(path, facts):
    data = path.read_bytes()
    for output in facts["outputs"]:
        values = array.array(CODES[output["type"]])
        bytes_here = output["count"] * values.itemsize
        values.frombytes(data[:bytes_here])
        data = data[bytes_here:]
        if len(values) != output["count"]:
            raise Wrong("its outputs have other sizes")
        yield values
    if data:
        raise Wrong("its outputs have other sizes")


def float_difference(expected, found):
    apart = max(abs(a - b) for a, b in zip(expected, found))
    return apart / ((max(expected) - min(expected)) or 1)


def difference(folder, engine, threads):
    """As a text for the table. Float outputs must agree; 8-bit ones differ by what engines round, and classes where two
    have next to the same score."""
    facts = json.loads((folder / "net.json").read_text())
    expected = outputs(folder / f"expected_{engine.numerics}.bin", facts)
    pairs = list(zip(expected, outputs(engine.output(folder, threads), facts)))
    kind = facts["outputs"][0]["type"]
    if kind == "f32":
        apart = max(float_difference(a, b) for a, b in pairs)
        if not apart <= FLOAT_BOUND:
            raise Wrong(f"its outputs are off by {apart:.1e} of their range")
        return f"{apart:.0e}"
    if kind in ("u8", "i8"):
        steps = max(abs(a - b) for pair in pairs for a, b in zip(*pair))
        return f"{steps} steps" if steps else "0"
    different = sum(a != b for pair in pairs for a, b in zip(*pair))
    return f"{100 * different / sum(len(a) for a, _ in pairs):.2g} % of pixels" if different else "0"
