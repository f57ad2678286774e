import { createECDH, createHash, hkdfSync, randomBytes } from 'node:crypto';
import path from 'node:path';
import { type CryptoKey, calculateJwkThumbprint, importJWK, type JWK } from 'jose';
import { readIfThere, writeOnce } from '../../engine/seal/index.ts';

/** ES256 (RFC 7518 3.4): the algorithm that every JWT library and most hardware knows. */
const ALGORITHM = 'ES256';

/** The members of the private JWK as they lie in the file. */
type PrivateJwk = {
  readonly kty: 'EC';
  readonly crv: 'P-256';
  readonly x: string;
  readonly y: string;
  readonly d: string;
};

export type PublicJwk = {
  readonly kty: 'EC';
  readonly crv: 'P-256';
  readonly x: string;
  readonly y: string;
  readonly kid: string;
  readonly alg: typeof ALGORITHM;
  readonly use: 'sig';
};

export type TokenKey = {
  readonly kid: string;
  readonly algorithm: typeof ALGORITHM;
  readonly privateKey: CryptoKey;
  readonly publicKey: CryptoKey;
  readonly published: PublicJwk;
};

export class TokenKeyError extends Error {
  readonly code = 'token-key';
  constructor(file: string, cause?: unknown) {
    super(
      `${file} does not hold a P-256 private key. Restore it from your backup, or remove it to make a new one: tokens that are out (at most five minutes old) then become invalid.`,
      { cause },
    );
    this.name = 'TokenKeyError';
  }
}

/**
 * The key that signs approval tokens: kept in the data directory, readable by its owner only. Processes of one
 * deployment share the directory, or each other's tokens do not verify. A seed makes the key a function of it.
 * @throws TokenKeyError
 */
export async function openTokenKey(options: { dataDir: string; seed: string | null }): Promise<TokenKey> {
  if (options.seed !== null) return tokenKey(derive(options.seed));
  const file = path.join(options.dataDir, 'approval-token-key.json');
  const made = () => writeOnce(file, Buffer.from(JSON.stringify(fromScalar(randomBytes(32)))));
  return tokenKey(parse(file, (await readIfThere(file)) ?? (await made())));
}

function parse(file: string, bytes: Uint8Array): PrivateJwk {
  try {
    const jwk: unknown = JSON.parse(Buffer.from(bytes).toString('utf8'));
    if (typeof jwk === 'object' && jwk !== null && 'd' in jwk && typeof jwk.d === 'string')
      return fromScalar(Buffer.from(jwk.d, 'base64url'));
  } catch (error) {
    throw new TokenKeyError(file, error);
  }
  throw new TokenKeyError(file);
}

/** HKDF (RFC 5869). A scalar of 0 or beyond the curve's order has a chance of 2^-32 and takes the next counter. */
function derive(seed: string): PrivateJwk {
  const ikm = createHash('sha256').update(seed).digest();
  for (let counter = 0; ; counter += 1) {
    const info = `countersign/approval-token-key/${counter}`;
    const scalar = Buffer.from(hkdfSync('sha256', ikm, Buffer.alloc(0), info, 32));
    try {
      return fromScalar(scalar);
    } catch (error) {
      if (counter > 16) throw error;
    }
  }
}

/** @throws where the scalar is none of the curve. */
function fromScalar(scalar: Buffer): PrivateJwk {
  const ecdh = createECDH('prime256v1');
  ecdh.setPrivateKey(scalar);
  const point = ecdh.getPublicKey();
  return {
    kty: 'EC',
    crv: 'P-256',
    // SEC 1 2.3.3: 0x04, then x and y of 32 bytes each.
    x: point.subarray(1, 33).toString('base64url'),
    y: point.subarray(33, 65).toString('base64url'),
    // RFC 7518 6.2.2.1: 32 bytes, however small the number.
    d: Buffer.concat([Buffer.alloc(32), ecdh.getPrivateKey()])
      .subarray(-32)
      .toString('base64url'),
  };
}

async function tokenKey(jwk: PrivateJwk): Promise<TokenKey> {
  const { d: _, ...open } = jwk;
  const kid = await calculateJwkThumbprint(open);
  return {
    kid,
    algorithm: ALGORITHM,
    privateKey: await imported(jwk),
    publicKey: await imported(open),
    published: { ...open, kid, alg: ALGORITHM, use: 'sig' },
  };
}

async function imported(jwk: JWK): Promise<CryptoKey> {
  const key = await importJWK(jwk, ALGORITHM);
  if (key instanceof Uint8Array) throw new TypeError('an EC key cannot be symmetric');
  return key;
}
