// Microsoft SEAL, asked by the tests for a second opinion: node seal.mjs COMMAND FOLDER [SCHEME]
// Reads its inputs from the folder and leaves its answers there, all in SEAL's own uncompressed format.
import { createRequire } from 'node:module';
import { readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const [command, folder, schemeName] = process.argv.slice(2);
const seal = await createRequire(import.meta.url)('node-seal')();
const none = seal.ComprModeType.none;

const read = (name) => new Uint8Array(readFileSync(join(folder, name)));
const write = (name, object) => writeFileSync(join(folder, name), object.saveArray(none));

/** The context of parameters.bin. No security level: it checks, it protects nothing. */
function context(parameters = loadParameters()) {
  const made = seal.Context(parameters, true, seal.SecurityLevel.none);
  if (!made.parametersSet()) throw new Error(`SEAL rejects the parameters: ${made.toHuman()}`);
  return made;
}

function loadParameters() {
  const parameters = seal.EncryptionParameters();
  parameters.loadArray(read('parameters.bin'));
  return parameters;
}

function load(object, within, name) {
  object.loadArray(within, read(name));
  return object;
}

/** SEAL's own choice of parameters for a scheme, with three primes. */
function freshParameters() {
  const parameters = seal.EncryptionParameters(seal.SchemeType[schemeName]);
  parameters.setPolyModulusDegree(4096);
  parameters.setCoeffModulus(seal.CoeffModulus.Create(4096, Int32Array.from([36, 36, 37])));
  if (schemeName !== 'ckks') parameters.setPlainModulus(seal.PlainModulus.Batching(4096, 20));
  return parameters;
}

const commands = {
  /** What SEAL makes of parameters.bin: saved again, and the ids of the key level and the first data level. */
  parameters() {
    const parameters = loadParameters();
    const within = context(parameters);
    write('saved.bin', parameters);
    const id = (parmsId) => Array.from(parmsId.values, (word) => word.toString(16).padStart(16, '0')).join(' ');
    writeFileSync(join(folder, 'ids.txt'), `${id(within.keyParmsId)}\n${id(within.firstParmsId)}\n`);
  },

  /** Adds ciphertext-0.bin, ciphertext-1.bin and so on. */
  add() {
    const within = context();
    const evaluator = seal.Evaluator(within);
    const names = readdirSync(folder).filter((name) => name.startsWith('ciphertext-'));
    const sum = load(seal.CipherText(), within, names[0]);
    for (const name of names.slice(1)) evaluator.add(sum, load(seal.CipherText(), within, name), sum);
    write('sum.bin', sum);
  },

  /** Decrypts ciphertext.bin with key.bin. In CKKS that is the phase, all residues of it, not rounded. */
  decrypt() {
    const within = context();
    const key = load(seal.SecretKey(), within, 'key.bin');
    write('plaintext.bin', seal.Decryptor(within, key).decrypt(load(seal.CipherText(), within, 'ciphertext.bin')));
  },

  /** Encrypts plaintext.bin under key.bin with SEAL's own randomness and noise, then decrypts that; and makes key.bin a public key. */
  encrypt() {
    const within = context();
    const key = load(seal.SecretKey(), within, 'key.bin');
    const publicKey = seal.KeyGenerator(within, key).createPublicKey();
    const encryptor = seal.Encryptor(within, publicKey, key);
    const plaintext = load(seal.PlainText(), within, 'plaintext.bin');
    const ciphertext = encryptor.encryptSymmetric(plaintext);
    write('public-key.bin', publicKey);
    write('ciphertext.bin', ciphertext);
    write('decrypted.bin', seal.Decryptor(within, key).decrypt(ciphertext));
  },

  /** One of each object that SEAL saves, of a scheme. */
  samples() {
    const parameters = freshParameters();
    const within = context(parameters);
    const keys = seal.KeyGenerator(within);
    const encryptor = seal.Encryptor(within, keys.createPublicKey(), keys.secretKey());
    const plaintext = schemeName === 'ckks'
      ? seal.CKKSEncoder(within).encode(Float64Array.from([1.5, -2.25, 3]), 2 ** 30)
      : seal.BatchEncoder(within).encode(Int32Array.from([1, -2, 3]));
    write('parameters.bin', parameters);
    write('secret-key.bin', keys.secretKey());
    write('public-key.bin', keys.createPublicKey());
    write('plaintext.bin', plaintext);
    write('ciphertext.bin', encryptor.encrypt(plaintext));
    write('seeded.bin', encryptor.encryptSymmetricSerializable(plaintext));
  },
};

commands[command]();
