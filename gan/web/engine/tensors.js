// Reads a safetensors file: eight bytes of length, a header in JSON, raw numbers.

const NUMBERS = { F32: Float32Array, I32: Int32Array, U8: Uint8Array };
let halves; // every float16 as a float32

// {about: {name: text}, arrays: {name: {shape, values}}}; float16 comes out as float32.
export function readTensors(buffer) {
  const length = Number(new DataView(buffer).getBigUint64(0, true));
  const { __metadata__: about, ...entries } = JSON.parse(
    new TextDecoder().decode(new Uint8Array(buffer, 8, length)),
  );
  const arrays = {};
  for (const [
    name,
    {
      dtype,
      shape,
      data_offsets: [start, end],
    },
  ] of Object.entries(entries)) {
    const bytes = buffer.slice(8 + length + start, 8 + length + end); // a copy: numbers must be aligned
    arrays[name] = {
      shape,
      values: dtype === "F16" ? widen(new Uint16Array(bytes)) : new NUMBERS[dtype](bytes),
    };
  }
  return { about, arrays };
}

function widen(bits) {
  halves ??= Float32Array.from({ length: 65536 }, (_, i) => {
    const exponent = (i >> 10) & 31;
    const size = exponent ? (1024 + (i & 1023)) * 2 ** (exponent - 25) : (i & 1023) * 2 ** -24;
    return i >> 15 ? -size : size; // infinities do not occur in weights
  });
  return Float32Array.from(bits, (half) => halves[half]);
}
