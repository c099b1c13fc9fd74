"""A client for the consortium's scorer, written from its pages alone, with Python's standard library.

  scoring_client.py key STATE                             draws a key; prints the public key in hexadecimal, to be registered
  scoring_client.py score STATE URL ROOT KEY.TOKEN ROWS   scores ROWS (JSON: rows of numbers, null where missing), prints log-odds

It shows the format. It is slow, and its time depends on secrets: use the package Consortium.Scoring.Client for payments.
"""
import base64, bisect, hashlib, json, math, secrets, ssl, struct, sys, urllib.request

N = 4096
PRIMES = (134176769, 134111233, 134012929)
Q = PRIMES[0] * PRIMES[1] * PRIMES[2]

# --- AES-256 in counter mode: the public polynomials of a seed
def times_two(x):
    return ((x << 1) ^ (0x11B if x & 0x80 else 0)) & 0xFF


def substitution_box():
    box, p, q = [0x63] * 256, 1, 1
    while True:
        p ^= times_two(p)  # times three, a generator
        for shift in (1, 2, 4):
            q = (q ^ (q << shift)) & 0xFF
        q ^= 0x09 if q & 0x80 else 0  # divided by three
        s = q
        for shift in (1, 2, 3, 4):
            s ^= ((q << shift) | (q >> (8 - shift))) & 0xFF
        box[p] = s ^ 0x63
        if p == 1:
            return box


BOX = substitution_box()
TABLES = [[0] * 256 for _ in range(4)]
for value, s in enumerate(BOX):
    column = (times_two(s) << 24) | (s << 16) | (s << 8) | (times_two(s) ^ s)
    for row in range(4):
        TABLES[row][value] = ((column >> (8 * row)) | (column << (32 - 8 * row))) & 0xFFFFFFFF


def expand_key(key):
    words, constant = list(struct.unpack(">8I", key)), 1
    substitute = lambda w: int.from_bytes(bytes(BOX[b] for b in w.to_bytes(4, "big")), "big")
    for i in range(8, 60):
        w = words[i - 1]
        if i % 8 == 0:
            w = substitute(((w << 8) | (w >> 24)) & 0xFFFFFFFF) ^ (constant << 24)
            constant = times_two(constant)
        elif i % 8 == 4:
            w = substitute(w)
        words.append(words[i - 8] ^ w)
    return words


def encrypt_block(words, block):
    t0, t1, t2, t3 = TABLES
    a = [block[i] ^ words[i] for i in range(4)]
    for r in range(4, 56, 4):
        a = [t0[a[i] >> 24] ^ t1[(a[(i + 1) & 3] >> 16) & 255] ^ t2[(a[(i + 2) & 3] >> 8) & 255] ^ t3[a[(i + 3) & 3] & 255]
             ^ words[r + i] for i in range(4)]
    return b"".join((((BOX[a[i] >> 24] << 24) | (BOX[(a[(i + 1) & 3] >> 16) & 255] << 16) | (BOX[(a[(i + 2) & 3] >> 8) & 255] << 8)
                      | BOX[a[(i + 3) & 3] & 255]) ^ words[56 + i]).to_bytes(4, "big") for i in range(4))


def public_polynomial(label, seed, chunk, prime):
    """Uniform words of the transform: 32-bit little-endian words of the key stream, those above the last multiple skipped."""
    words, q, found, block = expand_key(hashlib.sha256(label + seed).digest()), PRIMES[prime], [], 0
    bound = (1 << 32) // q * q
    while len(found) < N:
        stream = encrypt_block(words, (chunk >> 32, chunk & 0xFFFFFFFF, prime, block))
        found += [word % q for word in struct.unpack("<4I", stream) if word < bound]
        block += 1
    return found[:N]

# --- The ring
def roots(q):
    """Powers of the smallest primitive 8192th root of unity, in bit-reversed order."""
    g = next(r for r in (pow(c, (q - 1) // (2 * N), q) for c in range(2, 1000)) if pow(r, N, q) == q - 1)
    psi, power, square = g, g, g * g % q
    for _ in range(N):
        power = power * square % q
        psi = min(psi, power)
    return [pow(psi, int(f"{i:012b}"[::-1], 2), q) for i in range(N)]


ROOTS = [roots(q) for q in PRIMES]


def transform(coefficients, prime):
    words, q, table, m, distance = [c % PRIMES[prime] for c in coefficients], PRIMES[prime], ROOTS[prime], 1, N // 2
    while distance:
        for block in range(m):
            root, start = table[m + block], 2 * distance * block
            for i in range(start, start + distance):
                x, y = words[i], words[i + distance] * root % q
                words[i], words[i + distance] = (x + y) % q, (x - y) % q
        m, distance = 2 * m, distance // 2
    return words


def pack(residues):
    """Of each 512 residues, residue 16r + l is bits 27r to 27r + 26 of column l; the columns' words follow row by row."""
    out = bytearray()
    for start in range(0, N, 512):
        columns = [sum(residues[start + 16 * r + l] << (27 * r) for r in range(32)).to_bytes(108, "little") for l in range(16)]
        out += b"".join(columns[l][4 * w:4 * w + 4] for w in range(27) for l in range(16))
    return bytes(out)


SIGMA = 3.2 * math.sqrt(2)
WEIGHTS = [math.exp(-k * k / (2 * SIGMA * SIGMA)) * (1 if k == 0 else 2) for k in range(60)]
CUMULATIVE = [sum(WEIGHTS[:k + 1]) / sum(WEIGHTS) * 2.0 ** 64 for k in range(60)]


def noise():
    magnitudes = (bisect.bisect_right(CUMULATIVE, secrets.randbits(64)) for _ in range(N))
    return [-m if secrets.randbits(1) else m for m in magnitudes]


def masked(message, label, seed, chunk, secret):
    """NTT(message) - a * NTT(secret) in three primes, packed."""
    out = b""
    for prime, q in enumerate(PRIMES):
        m, a = transform(message, prime), public_polynomial(label, seed, chunk, prime)
        out += pack([(x - y * z) % q for x, y, z in zip(m, a, secret[prime])])
    return out

# --- The client
def draw_key(state):
    secret, seed = noise(), secrets.token_bytes(32)
    body = masked(noise(), b"consortium scoring key v1", seed, 0, [transform(secret, p) for p in range(3)])
    json.dump({"secret": secret}, open(state, "w"))
    print((seed + body).hex())


def find_cells(offer, row):
    """The cell of each group: children are splits, or ~cell; features are 32-bit floats."""
    cells, first = [], 0
    for group in offer["groups"]:
        node = 0 if group["features"] else ~0
        while node >= 0:
            value = row[group["features"][node]]
            left = group["missingLeft"][node] if value is None else value <= float(group["thresholds"][node])
            node = group["left"][node] if left else group["right"][node]
        cells.append(first + ~node)
        first += len(group["features"]) + 1
    return cells


def encrypt(offer, rows, transformed):
    seed, payments, delta = secrets.token_bytes(32), offer["paymentsPerQuery"], Q // offer["plainModulus"]
    blocks = -(-offer["cells"] * payments // N)
    messages = [noise() for _ in range(blocks)]
    for payment, row in enumerate(rows):
        for cell in find_cells(offer, row):
            block, place = divmod(payments * cell + payment, N)
            messages[block][place] += delta
    return seed + b"".join(masked(m, b"consortium scoring query v1", seed, b, transformed) for b, m in enumerate(messages))


def open_reply(offer, reply, secret):
    bits, t, payments = offer["replyBits"], offer["plainModulus"], offer["paymentsPerQuery"]
    number, modulus = int.from_bytes(reply, "little"), 1 << offer["replyBits"]
    words = [(number >> (bits * i)) & (modulus - 1) for i in range(payments + N)]
    for p in range(payments):
        c1 = words[payments:]
        phase = words[p] + sum(c1[i] * (secret[p - i] if i <= p else -secret[N + p - i]) for i in range(N))
        score = ((phase % modulus) * t + modulus // 2) // modulus
        yield score - t if score > t // 2 else score


def score(state, url, root, bearer, rows_file):
    secret = json.load(open(state))["secret"]
    transformed = [transform(secret, prime) for prime in range(3)]
    rows = [[None if v is None else struct.unpack("<f", struct.pack("<f", v))[0] for v in row] for row in json.load(open(rows_file))]
    context = ssl.create_default_context(cafile=root)

    def ask(path, body=None):
        request = urllib.request.Request(url + path, data=body, headers={
            "Authorization": "Bearer " + bearer, "Content-Type": "application/octet-stream"})
        with urllib.request.urlopen(request, context=context) as answer:
            return answer.read(), answer.headers

    offer = json.loads(ask("v1/offers")[0])["offers"][0]
    payments = offer["paymentsPerQuery"]
    queries = [encrypt(offer, rows[i:i + payments], transformed) for i in range(0, len(rows), payments)]
    replies, headers = ask(f"v1/scores?model={offer['model']}&batch={secrets.token_hex(16)}", b"".join(queries))
    receipt = json.loads(base64.b64decode(json.loads(base64.b64decode(headers["Consortium-Receipt"]))["payload"]))
    assert receipt["data"]["request"] == hashlib.sha256(b"".join(queries)).hexdigest(), "a receipt for something else"
    length, scores = offer["replyBytes"], []
    for i in range(len(queries)):
        scores += open_reply(offer, replies[i * length:(i + 1) * length], secret)
    print(json.dumps([(s + offer["offset"]) / 2 ** offer["stepBits"] for s in scores[:len(rows)]]))


if __name__ == "__main__":
    {"key": draw_key, "score": score}[sys.argv[1]](*sys.argv[2:])
