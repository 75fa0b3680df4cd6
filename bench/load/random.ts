// Seeded random numbers (xoshiro128**, public domain algorithm of Blackman and Vigna): the same seed gives the same load
// on every machine, so that two runs can be compared.

export class Random {
  #a: number
  #b: number
  #c: number
  #d: number

  constructor(seed: number) {
    // splitmix32 spreads a small seed over the whole state, which must not be all zero.
    let x = seed >>> 0
    const next = () => {
      x = (x + 0x9e3779b9) | 0
      let z = x ^ (x >>> 16)
      z = Math.imul(z, 0x21f0aaad)
      z ^= z >>> 15
      z = Math.imul(z, 0x735a2d97)
      return z ^ (z >>> 15)
    }
    this.#a = next()
    this.#b = next()
    this.#c = next()
    this.#d = next() | 1
  }

  /** 0 to 2^32 - 1. */
  uint32(): number {
    const scrambled = Math.imul(this.#b, 5)
    const result = Math.imul((scrambled << 7) | (scrambled >>> 25), 9)
    const t = this.#b << 9
    this.#c ^= this.#a
    this.#d ^= this.#b
    this.#b ^= this.#c
    this.#a ^= this.#d
    this.#c ^= t
    this.#d = (this.#d << 11) | (this.#d >>> 21)
    return result >>> 0
  }

  /** 0 included, 1 excluded. */
  float(): number {
    return this.uint32() / 4294967296
  }

  /** 0 to `below` - 1. */
  integer(below: number): number {
    return Math.floor(this.float() * below)
  }

  /** Log-normal around a median: durations of real operations have such a long tail. `spread` is the sigma of the logarithm. */
  logNormal(median: number, spread: number): number {
    const u = Math.max(this.float(), 1e-12)
    const normal = Math.sqrt(-2 * Math.log(u)) * Math.cos(2 * Math.PI * this.float())
    return median * Math.exp(spread * normal)
  }
}
