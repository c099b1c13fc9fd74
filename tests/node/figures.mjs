// What Microsoft SEAL in WebAssembly takes per value: BFV, N = 4096, batching, plain modulus of 20 bits. Prints one JSON object.
import { createRequire } from 'node:module';

const seal = await createRequire(import.meta.url)('node-seal')();
const degree = 4096;
const parameters = seal.EncryptionParameters(seal.SchemeType.bfv);
parameters.setPolyModulusDegree(degree);
parameters.setCoeffModulus(seal.CoeffModulus.BFVDefault(degree, seal.SecurityLevel.tc128));
parameters.setPlainModulus(seal.PlainModulus.Batching(degree, 20));
const context = seal.Context(parameters, true, seal.SecurityLevel.tc128);
const keys = seal.KeyGenerator(context);
const encoder = seal.BatchEncoder(context);
const encryptor = seal.Encryptor(context, keys.createPublicKey());
const decryptor = seal.Decryptor(context, keys.secretKey());
const evaluator = seal.Evaluator(context);

const values = Int32Array.from({ length: degree }, (_, i) => (i * 7919) % 65536);
const plaintext = seal.PlainText();
const ciphertext = seal.CipherText();
const sum = seal.CipherText();

/** Median nanoseconds per value of a call that handles one ciphertext's worth of values. */
function median(milliseconds, call) {
  const samples = [];
  for (const end = performance.now() + milliseconds * 1.3, warm = end - milliseconds; performance.now() < end; ) {
    const start = performance.now();
    call();
    const took = performance.now() - start;
    if (start >= warm) samples.push(took);
  }
  samples.sort((a, b) => a - b);
  return (samples[samples.length >> 1] * 1e6) / degree;
}

// Encoding is part of encrypting and decoding of decrypting, as it is in what this is compared with.
const encrypt = median(1500, () => {
  encoder.encode(values, plaintext);
  encryptor.encrypt(plaintext, ciphertext);
});
const add = median(500, () => evaluator.add(ciphertext, ciphertext, sum));
const decrypt = median(1000, () => {
  decryptor.decrypt(sum, plaintext);
  encoder.decode(plaintext);
});

if (encoder.decode(plaintext).some((value, i) => value !== 2 * values[i])) throw new Error('SEAL did not decrypt the sum.');
console.log(JSON.stringify({ encrypt, add, decrypt }));
