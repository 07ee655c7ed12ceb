package sql

import (
	"math"
	"math/bits"
	"math/rand/v2"
	"sync"
)

// prng is the generator behind random(): xoroshiro128**, seeded as PostgreSQL
// seeds it, so that setseed gives the same numbers. Workers of one statement
// may draw at once.
type prng struct {
	mu     sync.Mutex
	seeded bool
	s0, s1 uint64
}

// seed starts the generator at a number from -1 to 1.
func (p *prng) seed(x float64) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.start(uint64(int64(float64(uint64(1)<<52-1) * x)))
}

func (p *prng) start(seed uint64) {
	next := func() uint64 { // splitmix64
		seed += 0x9E3779B97f4A7C15
		v := seed
		v = (v ^ v>>30) * 0xBF58476D1CE4E5B9
		v = (v ^ v>>27) * 0x94D049BB133111EB
		return v ^ v>>31
	}
	p.s0, p.s1 = next(), next()
	p.seeded = true
}

// float draws a number in [0, 1).
func (p *prng) float() float64 {
	p.mu.Lock()
	defer p.mu.Unlock()
	if !p.seeded {
		p.start(rand.Uint64())
	}
	s0, x := p.s0, p.s1^p.s0
	v := bits.RotateLeft64(s0*5, 7) * 9
	p.s0 = bits.RotateLeft64(s0, 24) ^ x ^ x<<16
	p.s1 = bits.RotateLeft64(x, 37)
	return math.Ldexp(float64(v>>12), -52)
}
