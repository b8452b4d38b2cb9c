"""Makes the page's WebAssembly of kernels.wat: `python -m tests.web.build_kernels`, after a change to it."""

import re

import wasmtime

from tests.conftest import ROOT

ENGINE = ROOT / "gan/web/engine"
MULTIPLY_ADD = re.compile(
    r"\(f32x4\.add (\(local\.get \$[lr]\d\)) \(f32x4\.mul (\(local\.get \$x\)) (\(local\.get \$\w+\))\)\)"
)


def programs() -> dict[str, bytes]:
    """The two programs that kernels.wat describes, by their file names."""
    source = (ENGINE / "kernels.wat").read_text()
    relaxed, count = MULTIPLY_ADD.subn(r"(f32x4.relaxed_madd \2 \3 \1)", source)
    assert count == 8, "the eight multiply-adds of `product`"
    return {
        "kernels.wasm": bytes(wasmtime.wat2wasm(source)),
        "kernels-relaxed.wasm": bytes(wasmtime.wat2wasm(relaxed)),
    }


if __name__ == "__main__":
    for name, program in programs().items():
        (ENGINE / name).write_bytes(program)
        print(f"{name}: {len(program)} bytes")
